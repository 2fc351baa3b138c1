//! Sets of names: what a field may hold, told once to the check, the documents and serde.

/// Makes a type whose values are some names and no others.
///
/// It reads and writes itself as its name, and its JSON Schema lists the names.
macro_rules! names {
    ($(#[$meaning:meta])+ $name:ident = [$($text:literal),+ $(,)?]) => {
        $(#[$meaning])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(&'static str);

        impl $name {
            /// Every name, in the order of the documents.
            pub const ALL: &'static [&'static str] = &[$($text),+];

            /// Reads a name.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().find(|name| **name == text).map(|name| Self(name))
            }

            /// Returns the name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                self.0
            }
        }

        crate::domain::names::on_the_wire!($name, $name::ALL);
    };
}

/// Lets a type with `parse` and `name` stand in bodies and answers as one of some names.
macro_rules! on_the_wire {
    ($name:ident, $all:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::unknown_variant(&text, &[]))
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "enum": $all})
            }
        }
    };
}

pub(crate) use {names, on_the_wire};
