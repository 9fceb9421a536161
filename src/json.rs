//! The one JSON value type ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)) for everything that
//! crosses the boundary to JavaScript, the network and the storage
//! (docs/decisions.md#one-json-value-type).
//!
//! Typed structs are read from it by hand. JSON text is parsed by the browser's `JSON`, in native builds
//! by serde_json, and written here: to set the members of a JavaScript object one by one is slower, and
//! more code.

use crate::text::{Join, Text, push_hex};

/// The deepest nesting that is accepted: no input may exhaust the stack.
const MAX_DEPTH: u8 = 100;

/// The longest JSON text that is accepted, 4 MiB: no answer of a provider comes near it.
const MAX_TEXT: usize = 4 << 20;

/// A JSON value, one pointer wide as [`Text`] is. The default is `null`, which also stands for
/// JavaScript's `undefined`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Value(Option<Box<Data>>);

/// A value other than `null`.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `true` or `false`.
    Bool(bool),
    /// A number, with the range and precision of JavaScript.
    Number(f64),
    /// A text.
    String(Text),
    /// A list.
    Array(Vec<Value>),
    /// The members of an object in their order, each name once.
    Object(Vec<(Text, Value)>),
}

impl Value {
    /// `null`
    pub const NULL: Value = Value(None);

    /// The value by its type; `None` for `null`.
    pub fn data(&self) -> Option<&Data> {
        self.0.as_deref()
    }

    /// [`Value::data`], mutable.
    pub fn data_mut(&mut self) -> Option<&mut Data> {
        self.0.as_deref_mut()
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }

    /// The member called `name`; `None` where it is missing or `null`, or this is not an object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut members = self.members().iter();
        members.find(|(key, _)| key == name).map(|(_, value)| value).filter(|v| !v.is_null())
    }

    /// The member called `name`; `null` where [`Value::get`] is `None`.
    pub fn at(&self, name: &str) -> &Value {
        static NOTHING: Value = Value::NULL;
        self.get(name).unwrap_or(&NOTHING)
    }

    /// The member called `name`; `None` where it is not a text.
    pub fn text(&self, name: &str) -> Option<&Text> {
        self.get(name).and_then(Value::as_text)
    }

    /// [`Value::text`] as a `str`.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.text(name).map(Text::as_str)
    }

    /// The member called `name`; `None` where it is not a text, or empty.
    pub fn non_empty(&self, name: &str) -> Option<&Text> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// The member called `name`; `None` where it is not a finite number.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::as_number).filter(|number| number.is_finite())
    }

    /// Whether the member called `name` is `true`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// The items of the member called `name`; `None` where it is not a list.
    pub fn array(&self, name: &str) -> Option<&[Value]> {
        self.get(name).and_then(Value::as_array)
    }

    /// The members of this object; empty for any other value.
    pub fn members(&self) -> &[(Text, Value)] {
        match self.data() {
            Some(Data::Object(members)) => members,
            _ => &[],
        }
    }

    /// The items of this list; `None` for any other value.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self.data() {
            Some(Data::Array(items)) => Some(items),
            _ => None,
        }
    }

    /// The items of this list; empty for any other value.
    pub fn items(&self) -> &[Value] {
        self.as_array().unwrap_or_default()
    }

    /// This text; `None` for any other value.
    pub fn as_text(&self) -> Option<&Text> {
        match self.data() {
            Some(Data::String(text)) => Some(text),
            _ => None,
        }
    }

    /// [`Value::as_text`] as a `str`.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    /// This number; `None` for any other value.
    pub fn as_number(&self) -> Option<f64> {
        match self.data() {
            Some(Data::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// This number, or that of a text which is a JSON number or has leading zeros; spaces around it are
    /// ignored.
    pub fn as_numeral(&self) -> Option<f64> {
        let read = |text: &str| match text.parse::<u32>() {
            Ok(number) => Some(f64::from(number)),
            Err(_) => parse(text)?.as_number(),
        };
        self.as_number().or_else(|| read(self.as_str()?.trim_ascii()))
    }

    /// This text, or the texts of this list separated by spaces; `None` for any other value.
    pub fn joined_texts(&self) -> Option<Text> {
        let Some(list) = self.as_array() else { return self.as_text().cloned() };
        let mut texts = Vec::new();
        for item in list {
            texts.push(item.as_str()?);
        }
        Some(texts.joined_by(" "))
    }

    /// This boolean; `None` for any other value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data() {
            Some(Data::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// Whether this is an object. A list is not one.
    pub fn is_object(&self) -> bool {
        matches!(self.data(), Some(Data::Object(_)))
    }

    /// Whether JavaScript converts this to `true`
    /// ([truthy](https://developer.mozilla.org/docs/Glossary/Truthy)).
    pub fn is_truthy(&self) -> bool {
        match self.data() {
            None => false,
            Some(Data::Bool(flag)) => *flag,
            Some(Data::Number(number)) => *number != 0.0 && !number.is_nan(),
            Some(Data::String(text)) => !text.is_empty(),
            Some(Data::Array(_) | Data::Object(_)) => true,
        }
    }

    /// Sets the member called `name`; an existing one keeps its position. Does nothing to a value that is
    /// not an object.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.set_value(name, value.into());
    }

    fn set_value(&mut self, name: &str, value: Value) {
        let Some(Data::Object(members)) = self.data_mut() else { return };
        match members.iter_mut().find(|(key, _)| key == name) {
            Some(member) => member.1 = value,
            None => members.push((name.into(), value)),
        }
    }

    /// An object without members.
    #[inline(never)]
    pub fn object() -> Value {
        Value::from(Vec::<(Text, Value)>::new())
    }

    /// This object with one more member. `name` must be new; see [`Value::set`] for one that may exist.
    #[inline(never)]
    pub fn with(mut self, name: &str, value: Value) -> Value {
        if let Some(Data::Object(members)) = self.data_mut() {
            members.push((name.into(), value));
        }
        self
    }

    /// An object of these members. Of several with one name the last one counts, at the position of the
    /// first. Takes linear time.
    pub fn of_last(members: Vec<(Text, Value)>) -> Value {
        text::of_last(members)
    }

    /// This object with the members of `other`, which replace those with the same name.
    pub fn merged(&self, other: &Value) -> Value {
        let mut members = self.members().to_vec();
        members.extend_from_slice(other.members());
        match self.members().is_empty() || other.members().is_empty() {
            true => Value::from(members),
            false => Value::of_last(members),
        }
    }

    /// Removes the members for which `is_wanted` is false.
    pub fn retain(&mut self, is_wanted: &dyn Fn(&str, &Value) -> bool) {
        if let Some(Data::Object(members)) = self.data_mut() {
            members.retain(|(name, value)| is_wanted(name, value));
        }
    }
}

/// By value: the generated code drops a `Box` by reference, which forces it into memory. So it can stay a
/// local variable.
impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        #[inline(never)]
        fn free(data: Option<Box<Data>>) {
            drop(data);
        }
        free(self.0.take());
    }
}

/// An object of the given members: `object!([("name", value), …])`. It adds them one by one, which is
/// less code than a list of them.
macro_rules! object {
    ([$(($name:expr, $value:expr $(,)?)),* $(,)?]) => {
        $crate::json::Value::object()$(.with($name, $value))*
    };
}

pub(crate) use object;

impl From<Data> for Value {
    #[inline(never)]
    fn from(data: Data) -> Self {
        Value(Some(Box::new(data)))
    }
}

impl From<&str> for Value {
    #[inline(never)]
    fn from(text: &str) -> Self {
        Data::String(text.into()).into()
    }
}

impl From<Text> for Value {
    #[inline(never)]
    fn from(text: Text) -> Self {
        Data::String(text).into()
    }
}

impl From<&Text> for Value {
    #[inline(never)]
    fn from(text: &Text) -> Self {
        Data::String(text.clone()).into()
    }
}

impl From<f64> for Value {
    #[inline(never)]
    fn from(number: f64) -> Self {
        Data::Number(number).into()
    }
}

impl From<bool> for Value {
    #[inline(never)]
    fn from(flag: bool) -> Self {
        Data::Bool(flag).into()
    }
}

impl From<Vec<Value>> for Value {
    #[inline(never)]
    fn from(items: Vec<Value>) -> Self {
        Data::Array(items).into()
    }
}

impl From<Vec<(Text, Value)>> for Value {
    #[inline(never)]
    fn from(members: Vec<(Text, Value)>) -> Self {
        Data::Object(members).into()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    #[inline(never)]
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::NULL, Into::into)
    }
}

/// For tests and fuzzing alone, and not in the wasm. It exists for `wasm32` too when tests are compiled
/// for it, as clippy does.
#[cfg(any(test, not(target_arch = "wasm32")))]
mod for_tests {
    use super::{Text, Value};

    // Tests make texts by `format!`.
    impl From<String> for Value {
        fn from(text: String) -> Self {
            Text::from(text).into()
        }
    }
}

/// Parses JSON text; `None` where it is not JSON, nested too deeply ([`MAX_DEPTH`]) or too long
/// ([`MAX_TEXT`]).
pub fn parse(text: &str) -> Option<Value> {
    if text.len() > MAX_TEXT {
        return None;
    }
    text::parse(text)
}

/// The JSON text of a value, without spaces.
pub fn to_text(value: &Value) -> Text {
    let mut text = String::new();
    write(value, &mut text);
    text.into()
}

/// Appends the JSON text of a value.
fn write(value: &Value, to: &mut String) {
    match value.data() {
        None => to.push_str("null"),
        Some(Data::Bool(flag)) => to.push_str(if *flag { "true" } else { "false" }),
        Some(Data::Number(number)) => to.push_str(&number_text(*number)),
        Some(Data::String(text)) => quote(text, to),
        Some(Data::Array(items)) => {
            let mut sign = "[";
            for item in items {
                to.push_str(sign);
                sign = ",";
                write(item, to);
            }
            to.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Some(Data::Object(members)) => {
            let mut sign = "{";
            for (name, value) in members {
                to.push_str(sign);
                sign = ",";
                quote(name, to);
                to.push(':');
                write(value, to);
            }
            to.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

/// Appends a JSON string. Quotation marks, backslashes and control characters are escaped
/// ([RFC 8259 section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).
fn quote(text: &str, to: &mut String) {
    to.push_str("\"");
    let mut rest = text;
    let special = |byte| matches!(byte, b'"' | b'\\' | 0..b' ');
    while let Some(at) = rest.bytes().position(special) {
        let (before, after) = rest.split_at_checked(at).unwrap_or_default();
        let (sign, after) = after.split_at_checked(1).unwrap_or_default();
        to.push_str(before);
        match sign {
            "\"" => to.push_str("\\\""),
            "\\" => to.push_str("\\\\"),
            _ => {
                to.push_str("\\u00");
                for byte in sign.bytes() {
                    push_hex(byte, to);
                }
            }
        }
        rest = after;
    }
    to.push_str(rest);
    to.push_str("\"");
}

/// A number as JavaScript writes it. Rust's formatting would cost 3 kB.
pub fn number_text(number: f64) -> Text {
    text::number(number)
}

#[cfg(target_arch = "wasm32")]
pub use text::{from_js, to_js};

/// JSON by the browser's `JSON`.
#[cfg(target_arch = "wasm32")]
mod text {
    use js_sys::{Array, JSON, Object};
    use wasm_bindgen::{JsCast, JsValue};

    use crate::text::as_text;

    use super::{MAX_DEPTH, Text, Value, push_member};

    pub fn parse(text: &str) -> Option<Value> {
        from_js(&JSON::parse(text).ok()?)
    }

    /// The value of plain JavaScript data; `None` where it is nested too deeply.
    pub fn from_js(value: &JsValue) -> Option<Value> {
        read(value, MAX_DEPTH)
    }

    /// A number as JSON has it.
    pub fn number(number: f64) -> Text {
        JSON::stringify(&number.into()).ok().and_then(|text| as_text(&text)).unwrap_or_default()
    }

    fn read(value: &JsValue, depth: u8) -> Option<Value> {
        if let Some(text) = as_text(value) {
            return Some(text.into());
        }
        if let Some(number) = value.as_f64() {
            return Some(Value::from(number));
        }
        if let Some(flag) = value.as_bool() {
            return Some(flag.into());
        }
        if !value.is_object() {
            return Some(Value::NULL);
        }
        let deeper = depth.checked_sub(1)?;
        if Array::is_array(value) {
            let mut items = Vec::new();
            for item in value.unchecked_ref::<Array>().iter() {
                items.push(read(&item, deeper)?);
            }
            return Some(Value::from(items));
        }
        let mut members = Vec::new();
        for entry in Object::entries(value.unchecked_ref()).iter() {
            let entry: Array = entry.unchecked_into();
            push_member(&mut members, as_text(&entry.get(0))?, read(&entry.get(1), deeper)?);
        }
        Some(Value::from(members))
    }

    /// [`Value::of_last`], by the browser's `Object.fromEntries`.
    pub fn of_last(members: Vec<(Text, Value)>) -> Value {
        let mut entries = Vec::new();
        for (name, value) in members {
            entries.push(Value::from(vec![name.into(), value]));
        }
        let object = Object::from_entries(&to_js(&Value::from(entries)));
        object.ok().and_then(|object| from_js(&object)).unwrap_or_else(Value::object)
    }

    /// The plain JavaScript data of a value.
    pub fn to_js(value: &Value) -> JsValue {
        if let Some(text) = value.as_text() {
            return text.as_str().into();
        }
        JSON::parse(&super::to_text(value)).unwrap_or(JsValue::NULL)
    }
}

/// JSON by serde_json, for native tests and fuzzing: with the same results as the browser's.
#[cfg(not(target_arch = "wasm32"))]
mod text {
    use std::collections::HashMap;
    use std::fmt;

    use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

    use super::{MAX_DEPTH, Text, Value, push_member};

    pub fn of_last(members: Vec<(Text, Value)>) -> Value {
        let mut places = HashMap::new();
        let mut found: Vec<(Text, Value)> = Vec::new();
        for (name, value) in members {
            match places.get(name.as_str()).and_then(|place: &usize| found.get_mut(*place)) {
                Some(member) => member.1 = value,
                None => {
                    let (key, place) = (name.to_string(), found.len());
                    push_member(&mut found, name, value);
                    if found.len() > place {
                        places.insert(key, place);
                    }
                }
            }
        }
        Value::from(found)
    }

    pub fn parse(text: &str) -> Option<Value> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = Depth(MAX_DEPTH).deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        Some(value)
    }

    /// A number as JSON has it.
    pub fn number(number: f64) -> Text {
        // serde_json writes whole numbers with a decimal point, JavaScript does not.
        if number.fract() == 0.0 && number.abs() < 2f64.powi(53) {
            return (number as i64).to_string().into();
        }
        serde_json::to_string(&number).unwrap_or_default().into()
    }

    /// How many more levels of nesting are accepted.
    #[derive(Clone, Copy)]
    struct Depth(u8);

    impl Depth {
        fn deeper<E: serde::de::Error>(self) -> Result<Depth, E> {
            self.0.checked_sub(1).map(Depth).ok_or_else(|| E::custom("nested too deeply"))
        }
    }

    impl<'de> DeserializeSeed<'de> for Depth {
        type Value = Value;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
            deserializer.deserialize_any(self)
        }
    }

    impl<'de> Visitor<'de> for Depth {
        type Value = Value;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("JSON")
        }

        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::NULL)
        }

        fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
            Ok(flag.into())
        }

        fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
            Ok(Value::from(number as f64))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
            Ok(Value::from(number as f64))
        }

        fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
            Ok(Value::from(number))
        }

        fn visit_str<E>(self, text: &str) -> Result<Value, E> {
            Ok(Value::from(text))
        }

        fn visit_string<E>(self, text: String) -> Result<Value, E> {
            Ok(Text::from(text).into())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
            let depth = self.deeper()?;
            let mut list = Vec::new();
            while let Some(item) = items.next_element_seed(depth)? {
                list.push(item);
            }
            Ok(Value::from(list))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
            let depth = self.deeper()?;
            let mut members = Vec::new();
            while let Some(name) = entries.next_key::<String>()? {
                members.push((Text::from(name), entries.next_value_seed(depth)?));
            }
            // As the browser's `JSON.parse` does.
            Ok(of_last(members))
        }
    }
}

/// Appends a member, unless it is `__proto__`: an app that copies the members to another object would
/// replace that object's prototype.
fn push_member(members: &mut Vec<(Text, Value)>, name: Text, value: Value) {
    if name != "__proto__" {
        members.push((name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_in_order() {
        let text = r#"{"b":1,"a":[true,null,"x",1.5,{}],"c":{"d":-3600}}"#;
        assert_eq!(to_text(&parse(text).unwrap()), text);
    }

    #[test]
    fn junk_and_depth_are_refused() {
        for text in ["", "{", "nul", "{\"a\":}", "1 2", "\u{0}"] {
            assert_eq!(parse(text), None, "{text}");
        }
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(&nested(100)).is_some());
        assert!(parse(&nested(101)).is_none());
        assert!(parse(&nested(100_000)).is_none());
    }

    #[test]
    fn a_repeated_name_is_one_member() {
        let value = parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(to_text(&value), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn a_prototype_cannot_be_smuggled_in() {
        let value = parse(r#"{"a":{"__proto__":{"admin":true},"b":1}}"#).unwrap();
        assert_eq!(to_text(&value), r#"{"a":{"b":1}}"#);
    }

    #[test]
    fn members_are_read_by_type() {
        let value = parse(r#"{"s":"x","e":"","n":3,"t":true,"z":null,"l":[1],"s":"y"}"#).unwrap();
        assert_eq!(value.str("s"), Some("y"));
        assert_eq!(value.non_empty("e"), None);
        assert_eq!(value.number("n"), Some(3.0));
        assert!(value.flag("t") && !value.flag("n"));
        assert_eq!(value.get("z"), None);
        assert_eq!(value.array("l").map(<[Value]>::len), Some(1));
        assert_eq!(Value::NULL.get("s"), None);
    }
}
