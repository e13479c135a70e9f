//! Languages (ISO 639, with regions where the contract tells them apart).

use super::codes;

codes! {
    /// A language, by its code.
    LanguageCode {
        /// Afrikaans
        Af,
        /// Akan
        Ak,
        /// Amharic
        Am,
        /// Arabic
        Ar,
        /// Assamese
        As,
        /// Azerbaijani
        Az,
        /// Belarusian
        Be,
        /// Bulgarian
        Bg,
        /// Bambara
        Bm,
        /// Bangla
        Bn,
        /// Tibetan
        Bo,
        /// Breton
        Br,
        /// Bosnian
        Bs,
        /// Catalan
        Ca,
        /// Chechen
        Ce,
        /// Central Kurdish
        Ckb,
        /// Czech
        Cs,
        /// Church Slavic
        Cu,
        /// Welsh
        Cy,
        /// Danish
        Da,
        /// German
        De,
        /// Dzongkha
        Dz,
        /// Ewe
        Ee,
        /// Greek
        El,
        /// English
        En,
        /// Esperanto
        Eo,
        /// Spanish
        Es,
        /// Estonian
        Et,
        /// Basque
        Eu,
        /// Persian
        Fa,
        /// Fula
        Ff,
        /// Finnish
        Fi,
        /// Filipino
        Fil,
        /// Faroese
        Fo,
        /// French
        Fr,
        /// Western Frisian
        Fy,
        /// Irish
        Ga,
        /// Scottish Gaelic
        Gd,
        /// Galician
        Gl,
        /// Gujarati
        Gu,
        /// Manx
        Gv,
        /// Hausa
        Ha,
        /// Hebrew
        He,
        /// Hindi
        Hi,
        /// Croatian
        Hr,
        /// Hungarian
        Hu,
        /// Armenian
        Hy,
        /// Interlingua
        Ia,
        /// Indonesian
        Id,
        /// Igbo
        Ig,
        /// Sichuan Yi
        Ii,
        /// Icelandic
        Is,
        /// Italian
        It,
        /// Japanese
        Ja,
        /// Javanese
        Jv,
        /// Georgian
        Ka,
        /// Kikuyu
        Ki,
        /// Kazakh
        Kk,
        /// Kalaallisut
        Kl,
        /// Khmer
        Km,
        /// Kannada
        Kn,
        /// Korean
        Ko,
        /// Kashmiri
        Ks,
        /// Kurdish
        Ku,
        /// Cornish
        Kw,
        /// Kyrgyz
        Ky,
        /// Latin
        La,
        /// Luxembourgish
        Lb,
        /// Ganda
        Lg,
        /// Lingala
        Ln,
        /// Lao
        Lo,
        /// Lithuanian
        Lt,
        /// Luba-Katanga
        Lu,
        /// Latvian
        Lv,
        /// Malagasy
        Mg,
        /// Māori
        Mi,
        /// Macedonian
        Mk,
        /// Malayalam
        Ml,
        /// Mongolian
        Mn,
        /// Moldavian
        Mo,
        /// Marathi
        Mr,
        /// Malay
        Ms,
        /// Maltese
        Mt,
        /// Burmese
        My,
        /// Norwegian Bokmål
        Nb,
        /// North Ndebele
        Nd,
        /// Nepali
        Ne,
        /// Dutch
        Nl,
        /// Norwegian Nynorsk
        Nn,
        /// Norwegian
        No,
        /// Oromo
        Om,
        /// Odia
        Or,
        /// Ossetic
        Os,
        /// Punjabi
        Pa,
        /// Polish
        Pl,
        /// Pashto
        Ps,
        /// Portuguese
        Pt,
        /// Brazilian Portuguese
        PtBr,
        /// European Portuguese
        PtPt,
        /// Quechua
        Qu,
        /// Romansh
        Rm,
        /// Rundi
        Rn,
        /// Romanian
        Ro,
        /// Russian
        Ru,
        /// Kinyarwanda
        Rw,
        /// Sanskrit
        Sa,
        /// Sardinian
        Sc,
        /// Sindhi
        Sd,
        /// Northern Sami
        Se,
        /// Sango
        Sg,
        /// Serbo-Croatian
        Sh,
        /// Sinhala
        Si,
        /// Slovak
        Sk,
        /// Slovenian
        Sl,
        /// Shona
        Sn,
        /// Somali
        So,
        /// Albanian
        Sq,
        /// Serbian
        Sr,
        /// Sundanese
        Su,
        /// Swedish
        Sv,
        /// Swahili
        Sw,
        /// Tamil
        Ta,
        /// Telugu
        Te,
        /// Tajik
        Tg,
        /// Thai
        Th,
        /// Tigrinya
        Ti,
        /// Turkmen
        Tk,
        /// Tongan
        To,
        /// Turkish
        Tr,
        /// Tatar
        Tt,
        /// Uyghur
        Ug,
        /// Ukrainian
        Uk,
        /// Urdu
        Ur,
        /// Uzbek
        Uz,
        /// Vietnamese
        Vi,
        /// Volapük
        Vo,
        /// Wolof
        Wo,
        /// Xhosa
        Xh,
        /// Yiddish
        Yi,
        /// Yoruba
        Yo,
        /// Chinese
        Zh,
        /// Chinese (China)
        ZhCn,
        /// Chinese (Taiwan)
        ZhTw,
        /// Zulu
        Zu,
    }
}

impl LanguageCode {
    /// The language's name in itself; in English for those that few storefronts are written in.
    #[must_use]
    pub fn endonym(self) -> &'static str {
        match self {
            Self::Ar => "العربية",
            Self::Cs => "čeština",
            Self::Da => "dansk",
            Self::De => "Deutsch",
            Self::El => "Ελληνικά",
            Self::En => "English",
            Self::Es => "español",
            Self::Fi => "suomi",
            Self::Fr => "français",
            Self::He => "עברית",
            Self::Hi => "हिन्दी",
            Self::Hu => "magyar",
            Self::Id => "Indonesia",
            Self::It => "italiano",
            Self::Ja => "日本語",
            Self::Ko => "한국어",
            Self::Nb => "norsk bokmål",
            Self::Nl => "Nederlands",
            Self::No => "norsk",
            Self::Pl => "polski",
            Self::Pt => "português",
            Self::PtBr => "português (Brasil)",
            Self::PtPt => "português europeu",
            Self::Ro => "română",
            Self::Ru => "русский",
            Self::Sv => "svenska",
            Self::Th => "ไทย",
            Self::Tr => "Türkçe",
            Self::Uk => "українська",
            Self::Vi => "Tiếng Việt",
            Self::Zh => "中文",
            Self::ZhCn => "中文（中国）",
            Self::ZhTw => "中文（台灣）",
            other => other.name(),
        }
    }
}
