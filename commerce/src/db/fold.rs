//! Texts regardless of case, as the unique indexes spell them. The database folds both sides of a comparison: which
//! letters it folds depends on its locale.

use diesel::sql_types::Text;

diesel::define_sql_function! {
    /// A text in lower case.
    fn lower(text: Text) -> Text;
}
