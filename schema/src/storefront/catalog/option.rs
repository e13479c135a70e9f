//! Options, their values, and selections of them.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use commerce::catalog::{model, selection};

use super::loads::{MediaKey, VariantsOf};
use super::media::Media;
use super::variant::ProductVariant;
use crate::context::ContextExt;
use crate::ids;
use crate::scalars::Color;

/// An option of a product, such as its size.
pub struct ProductOption {
    pub(super) product: Arc<model::Product>,
    /// All options of the product, and which one this is.
    pub(super) options: Arc<Vec<model::ProductOption>>,
    pub(super) option: model::ProductOption,
}

#[Object]
impl ProductOption {
    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.option.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.option.name
    }

    /// The values that it takes, in order.
    async fn option_values(&self) -> Vec<ProductOptionValue> {
        let value = |value: &model::OptionValue| ProductOptionValue {
            product: Arc::clone(&self.product),
            options: Arc::clone(&self.options),
            value: value.clone(),
        };
        self.option.values.iter().map(value).collect()
    }

    /// The names of its values, in order.
    #[graphql(deprecation = "Ask for `optionValues`.")]
    async fn values(&self) -> Vec<&str> {
        self.option
            .values
            .iter()
            .map(|value| value.name.as_str())
            .collect()
    }
}

/// A value of an option, such as "red".
pub struct ProductOptionValue {
    product: Arc<model::Product>,
    options: Arc<Vec<model::ProductOption>>,
    value: model::OptionValue,
}

#[Object]
impl ProductOptionValue {
    /// The variant that combines it with the first possible values of the other options.
    async fn first_selectable_variant(&self, ctx: &Context<'_>) -> Result<Option<ProductVariant>> {
        let variants = ctx
            .load(VariantsOf(self.product.id))
            .await?
            .unwrap_or_default();
        let first = selection::first_selectable(&self.options, &variants);
        let variant = first.get(&self.value.id.value);
        Ok(variant.map(|variant| ProductVariant::of(&self.product, (*variant).clone())))
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.value.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.value.name
    }

    /// How it is shown, if not by its name.
    async fn swatch(&self) -> Option<ProductOptionValueSwatch> {
        self.value.swatch.clone().map(ProductOptionValueSwatch)
    }
}

/// A color or a picture that stands for an option value.
pub struct ProductOptionValueSwatch(model::Swatch);

/// A color or a picture that stands for an option value.
#[Object]
impl ProductOptionValueSwatch {
    /// The color.
    async fn color(&self) -> Option<Color> {
        self.0.color.clone().map(Color)
    }

    /// The picture.
    async fn image(&self, ctx: &Context<'_>) -> Option<Result<Media>> {
        let picture = ctx.load(MediaKey(self.0.media_id?)).await.transpose()?;
        Some(picture.map(Media::from).map_err(Into::into))
    }
}

/// An option with the value that a variant has.
#[derive(SimpleObject)]
pub struct SelectedOption {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

/// An option with the value that is wanted.
#[derive(InputObject)]
pub struct SelectedOptionInput {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

/// What a client selected, as the rules take it.
pub(super) fn selection(
    options: Option<Vec<SelectedOptionInput>>,
    ignore_unknown: Option<bool>,
    ignore_case: Option<bool>,
) -> selection::Selection {
    let options = options.unwrap_or_default().into_iter();
    selection::Selection {
        options: options.map(|option| (option.name, option.value)).collect(),
        ignore_unknown: ignore_unknown.unwrap_or(false),
        ignore_case: ignore_case.unwrap_or(false),
    }
}
