//! The one JSON value type that crosses the boundary to JavaScript and the network.
//!
//! Typed structs are read from it by hand, which keeps serde's derives, the largest single cost
//! in bytes, out of the module. Text is parsed by the browser's own `JSON`, natively by serde_json,
//! and written here: to set each member of a JavaScript object takes longer, and more bytes.

use crate::text::{Join, Text, push_hex};

/// Values nested deeper than this are refused, so that no input can exhaust the stack.
const MAX_DEPTH: u8 = 100;

/// Texts longer than this many bytes are refused: no sign-in answer is as large.
const MAX_TEXT: usize = 4 << 20;

/// A JSON value, one pointer wide: see [`Text`]. `null`, and JavaScript's `undefined`, is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Value(Option<Box<Data>>);

/// What a value is that is not `null`.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `true` or `false`.
    Bool(bool),
    /// Any number, as JavaScript has it.
    Number(f64),
    /// Text.
    String(Text),
    /// A list.
    Array(Vec<Value>),
    /// Members in order, each name once.
    Object(Vec<(Text, Value)>),
}

impl Value {
    /// `null`
    pub const NULL: Value = Value(None);

    /// What it is; `None` for `null`.
    pub fn data(&self) -> Option<&Data> {
        self.0.as_deref()
    }

    /// The same, to be changed.
    pub fn data_mut(&mut self) -> Option<&mut Data> {
        self.0.as_deref_mut()
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }

    /// The member called `name`; `None` when absent, `null`, or when this is no object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut members = self.members().iter();
        members.find(|(key, _)| key == name).map(|(_, value)| value).filter(|v| !v.is_null())
    }

    /// The same; `null` in the place of `None`.
    pub fn at(&self, name: &str) -> &Value {
        static NOTHING: Value = Value::NULL;
        self.get(name).unwrap_or(&NOTHING)
    }

    /// The text member called `name`.
    pub fn text(&self, name: &str) -> Option<&Text> {
        self.get(name).and_then(Value::as_text)
    }

    /// The same, to be compared.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.text(name).map(Text::as_str)
    }

    /// The text member called `name`, unless it is empty.
    pub fn non_empty(&self, name: &str) -> Option<&Text> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// The finite number called `name`.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::as_number).filter(|number| number.is_finite())
    }

    /// True when the member called `name` is `true`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// The list called `name`.
    pub fn array(&self, name: &str) -> Option<&[Value]> {
        self.get(name).and_then(Value::as_array)
    }

    /// The members of this object; none when it is no object.
    pub fn members(&self) -> &[(Text, Value)] {
        match self.data() {
            Some(Data::Object(members)) => members,
            _ => &[],
        }
    }

    /// This list.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self.data() {
            Some(Data::Array(items)) => Some(items),
            _ => None,
        }
    }

    /// The items of this list; none when it is no list.
    pub fn items(&self) -> &[Value] {
        self.as_array().unwrap_or_default()
    }

    /// The members of the object called `name`.
    pub fn members_of(&self, name: &str) -> &[(Text, Value)] {
        self.get(name).map_or(&[], Value::members)
    }

    /// This text.
    pub fn as_text(&self) -> Option<&Text> {
        match self.data() {
            Some(Data::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The same, to be compared.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    /// This number.
    pub fn as_number(&self) -> Option<f64> {
        match self.data() {
            Some(Data::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// This number, or the one of a numeric text, whose form may be any that JSON has, with spaces
    /// around it and zeros before it.
    pub fn as_numeral(&self) -> Option<f64> {
        let read = |text: &str| match text.parse::<u32>() {
            Ok(number) => Some(f64::from(number)),
            Err(_) => parse(text)?.as_number(),
        };
        self.as_number().or_else(|| read(self.as_str()?.trim_ascii()))
    }

    /// This text, or the texts of this list with spaces between them; `None` for anything else.
    pub fn joined_texts(&self) -> Option<Text> {
        let Some(list) = self.as_array() else { return self.as_text().cloned() };
        let mut texts = Vec::new();
        for item in list {
            texts.push(item.as_str()?);
        }
        Some(texts.joined_by(" "))
    }

    /// This truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data() {
            Some(Data::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// True when this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.data(), Some(Data::Object(_)))
    }

    /// What JavaScript counts as true.
    pub fn is_truthy(&self) -> bool {
        match self.data() {
            None => false,
            Some(Data::Bool(flag)) => *flag,
            Some(Data::Number(number)) => *number != 0.0 && !number.is_nan(),
            Some(Data::String(text)) => !text.is_empty(),
            Some(Data::Array(_) | Data::Object(_)) => true,
        }
    }

    /// Sets the member called `name`, in its place when it exists. Does nothing on a value that is
    /// no object.
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

    /// This object with one more member.
    #[inline(never)]
    pub fn with(mut self, name: &str, value: Value) -> Value {
        if let Some(Data::Object(members)) = self.data_mut() {
            members.push((name.into(), value));
        }
        self
    }

    /// Keeps only the members that are wanted.
    pub fn retain(&mut self, is_wanted: &dyn Fn(&str, &Value) -> bool) {
        if let Some(Data::Object(members)) = self.data_mut() {
            members.retain(|(name, value)| is_wanted(name, value));
        }
    }
}

/// Taken by value: see [`Text`].
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

/// An object of the given members: `object!([("name", value), …])`. Member by member, which takes
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

/// What only tests and fuzzing need. None of it is in the module; clippy compiles the tests for the
/// web too.
#[cfg(any(test, not(target_arch = "wasm32")))]
mod for_tests {
    use super::{Text, Value};

    // Tests put texts together by `format!`.
    impl From<String> for Value {
        fn from(text: String) -> Self {
            Text::from(text).into()
        }
    }
}

/// Reads JSON text; `None` when it is not JSON, too deep or too long.
pub fn parse(text: &str) -> Option<Value> {
    if text.len() > MAX_TEXT {
        return None;
    }
    text::parse(text)
}

/// Writes JSON text.
pub fn to_text(value: &Value) -> Text {
    let mut text = String::new();
    write(value, &mut text);
    text.into()
}

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

/// A number as JavaScript writes it. Rust's own way costs 3 kB.
pub fn number_text(number: f64) -> Text {
    text::number(number)
}

#[cfg(target_arch = "wasm32")]
pub use text::{from_js, to_js};

#[cfg(target_arch = "wasm32")]
mod text {
    use js_sys::{Array, JSON, Object};
    use wasm_bindgen::{JsCast, JsValue};

    use crate::text::as_text;

    use super::{MAX_DEPTH, Text, Value, push_member};

    pub fn parse(text: &str) -> Option<Value> {
        from_js(&JSON::parse(text).ok()?)
    }

    /// Plain data; `None` when it is nested too deeply.
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

    /// JSON as a plain JavaScript value.
    pub fn to_js(value: &Value) -> JsValue {
        if let Some(text) = value.as_text() {
            return text.as_str().into();
        }
        JSON::parse(&super::to_text(value)).unwrap_or(JsValue::NULL)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod text {
    use std::fmt;

    use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

    use super::{MAX_DEPTH, Text, Value, push_member};

    pub fn parse(text: &str) -> Option<Value> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = Depth(MAX_DEPTH).deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        Some(value)
    }

    /// A number as JSON has it.
    pub fn number(number: f64) -> Text {
        // Off the web, so that whole numbers are written as such.
        if number.fract() == 0.0 && number.abs() < 2f64.powi(53) {
            return (number as i64).to_string().into();
        }
        serde_json::to_string(&number).unwrap_or_default().into()
    }

    /// How many more levels may be nested.
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
                let name = Text::from(name);
                let value = entries.next_value_seed(depth)?;
                // As the browser's JSON has it: the last value, in the place of the first.
                match members.iter_mut().find(|(other, _)| *other == name) {
                    Some(member) => member.1 = value,
                    None => push_member(&mut members, name, value),
                }
            }
            Ok(Value::from(members))
        }
    }
}

fn push_member(members: &mut Vec<(Text, Value)>, name: Text, value: Value) {
    // An app that copies the members of an object would replace the prototype by this one.
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
