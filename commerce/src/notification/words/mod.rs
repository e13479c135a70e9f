//! What mails say, in the languages that we speak. A language is one value of [`Words`], so that none can lack a text
//! that another has; `{}` in a text stands for what is put in.

mod de;
mod en;
mod es;
mod fr;

use crate::kernel::Tongue;

macro_rules! words {
    ($($name:ident),* $(,)?) => {
        /// All texts of one language.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $name: &'static str,)*
        }

        #[cfg(test)]
        impl Words {
            /// All texts with their names.
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

words!(
    // The confirmation of an order.
    order_subject,
    order_opening,
    thanks,
    order_confirmed,
    delivery_to,
    how_it_stands,
    see_how_it_stands,
    subtotal,
    delivery,
    delivery_named,
    discount,
    duties,
    duties_included,
    tax,
    tax_included,
    total,
    gift_card,
    paid_otherwise,
    // What happens to an order later.
    shipped_subject,
    shipped,
    tracking,
    refunded_subject,
    refunded,
    refunded_on_gift_cards,
    refunded_items,
    canceled_subject,
    canceled,
    canceled_in_part_subject,
    canceled_in_part,
    canceled_items,
    canceled_refund,
    // Accounts.
    subject,
    welcome_subject,
    welcome,
    welcome_sign_in,
    activate_subject,
    activate,
    known_subject,
    known,
    known_forgotten,
    recover_subject,
    recover,
    confirm_email_subject,
    confirm_email,
    email_changed_subject,
    email_changed,
    email_changed_both,
    email_changed_not_you,
    password_changed_subject,
    password_changed,
    password_changed_not_you,
    ignore,
);

impl Words {
    /// The texts of a language.
    pub(super) fn of(tongue: Tongue) -> &'static Self {
        match tongue {
            Tongue::English => &en::WORDS,
            Tongue::German => &de::WORDS,
            Tongue::French => &fr::WORDS,
            Tongue::Spanish => &es::WORDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_puts_the_same_in() {
        let places = |tongue| -> Vec<(&str, usize)> {
            let texts = Words::of(tongue).all().into_iter();
            texts
                .map(|(name, text)| {
                    assert_ne!(text, "", "{name}");
                    (name, text.matches("{}").count())
                })
                .collect()
        };
        for tongue in Tongue::ALL {
            assert_eq!(places(tongue), places(Tongue::English), "{tongue:?}");
        }
    }
}
