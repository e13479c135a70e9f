//! A product's pictures: no address twice, ordered by position and then by appearance.

use super::cells::Cells;
use super::columns::Column;
use crate::catalog::draft::{ImageDraft, MAX_IMAGES};

/// The images of one product, filled row by row.
#[derive(Debug, Default)]
pub(super) struct Images {
    images: Vec<ImageDraft>,
    is_full: bool,
}

impl Images {
    /// Reads the row's own image, if it has one.
    pub(super) fn read(&mut self, cells: &mut Cells<'_>) {
        let position = cells.whole(Column::ImagePosition);
        let alt = Some(cells.long_text(Column::ImageAlt)).filter(|alt| !alt.is_empty());
        if let Some(url) = cells.url(Column::ImageSrc) {
            self.add(cells, url, alt, position.unwrap_or(i32::MAX));
        }
    }

    /// Reads the variant's image, which is an image of the product too.
    pub(super) fn read_variant(&mut self, cells: &mut Cells<'_>) -> Option<String> {
        let url = cells.url(Column::VariantImage)?;
        self.add(cells, url.clone(), None, i32::MAX);
        Some(url)
    }

    pub(super) fn finish(mut self) -> Vec<ImageDraft> {
        // The sort is stable: what has no position of its own follows in order of appearance.
        self.images.sort_by_key(|image| image.position);
        for (position, image) in (1..).zip(&mut self.images) {
            image.position = position;
        }
        self.images
    }

    fn add(&mut self, cells: &mut Cells<'_>, url: String, alt: Option<String>, position: i32) {
        if let Some(known) = self.images.iter_mut().find(|image| image.url == url) {
            known.position = known.position.min(position);
            known.alt = known.alt.take().or(alt);
        } else if self.images.len() < MAX_IMAGES {
            self.images.push(ImageDraft { url, alt, position });
        } else if !self.is_full {
            cells.refuse(Column::ImageSrc, format!("more than {MAX_IMAGES} images"));
            self.is_full = true;
        }
    }
}
