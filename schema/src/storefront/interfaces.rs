//! Interfaces that implement interfaces. async-graphql writes them into the definition language but answers
//! introspection with null where the specification wants a list; here that is made good.

use async_graphql::Value;
use async_graphql::registry::Registry;

/// Interfaces with what they implement.
const OF_INTERFACES: &[(&str, &str)] = &[("BaseCartLine", "Node")];

/// Makes known what interfaces implement.
pub(crate) fn declare(registry: &mut Registry) {
    for (name, implemented) in OF_INTERFACES {
        registry.add_implements(name, implemented);
    }
}

/// Puts what interfaces implement into an answer to introspection, as it was asked for: kinds, names and
/// interfaces of all types. Other answers stay as they are.
pub(super) fn complete(answer: &mut Value) {
    let Some(Value::List(types)) = inside(answer, "__schema").and_then(|s| inside(s, "types"))
    else {
        return;
    };
    for (name, implemented) in OF_INTERFACES {
        // What an object says of the interface is as it was asked for.
        let mut said = types.iter().filter_map(|ty| said(ty, implemented));
        let said = said.next().map(|said| vec![said]).unwrap_or_default();
        let ours = types.iter_mut().find(|ty| is(ty, name));
        if let Some(interfaces) = ours.and_then(|ours| inside(ours, "interfaces")) {
            *interfaces = Value::List(said);
        }
    }
    for ty in types.iter_mut().filter(|ty| is_interface(ty)) {
        if let Some(interfaces @ Value::Null) = inside(ty, "interfaces") {
            *interfaces = Value::List(Vec::new());
        }
    }
}

fn inside<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    match value {
        Value::Object(fields) => fields.get_mut(key),
        _ => None,
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    match field(value, key) {
        Some(Value::String(text)) => Some(text),
        Some(Value::Enum(name)) => Some(name),
        _ => None,
    }
}

fn field<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => fields.get(key),
        _ => None,
    }
}

fn is(ty: &Value, name: &str) -> bool {
    text(ty, "name") == Some(name)
}

fn is_interface(ty: &Value) -> bool {
    text(ty, "kind") == Some("INTERFACE")
}

/// What a type says of an interface that it implements.
fn said(ty: &Value, implemented: &str) -> Option<Value> {
    match field(ty, "interfaces") {
        Some(Value::List(interfaces)) => interfaces.iter().find(|i| is(i, implemented)).cloned(),
        _ => None,
    }
}
