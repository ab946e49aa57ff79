/** Whether expressions are well typed. The TypeScript types say so already; this is the second lock, for systems that come from elsewhere. */
import { SpecificationError } from "./construction.ts";
import type { Definition, Node, Store } from "./node.ts";
import { known, type AnyType, type Bounds, type KnownType } from "./types.ts";
import { cardinality, isValue, largestSetElement, type RecordValue, type Value } from "./value.ts";

export const fail = (path: string, problem: string): never => {
  throw new SpecificationError(`${path}: ${problem}`);
};

/** What an expression may read, and what is known about definitions already. */
export interface Reading {
  readonly bounds: Bounds;
  /**
   * The type of a store's variable that an expression takes for a `read`; `undefined` if it must not read it. Constants and the step have values
   * and no declared types: what the first reader takes them for holds for all.
   */
  readonly declared: (store: Store, name: string, read: AnyType) => AnyType | undefined;
  /** Definitions that are well typed where the same stores may be read. */
  readonly checked: Set<Definition>;
}

/** Checks a type: bounds for every name, no option of an option, no set that a mask has no bits for. */
export const checkType = (path: string, bounds: Bounds, type: AnyType): void => {
  const t = known(type);
  switch (t.kind) {
    case "bool": break;
    case "enum":
      if (new Set(t.labels).size !== t.labels.length || t.labels.length === 0) fail(path, `the labels of ${t.name} are not distinct`);
      break;
    case "range": case "scalarset": {
      const limits = bounds[t.name];
      if (limits === undefined) fail(path, `no bounds for the type ${t.name}`);
      // An empty type is fine where nothing needs a member: gates of a policy without gates.
      else if (limits.hi < limits.lo - 1) fail(path, `${t.name} ends before it begins`);
      else if (t.kind === "scalarset" && limits.lo !== 0) fail(path, `the scalarset ${t.name} begins at ${limits.lo}`);
      break;
    }
    case "union":
      for (const payload of Object.values(t.cases)) if (payload !== null) checkType(path, bounds, payload);
      break;
    case "option":
      if (t.of.kind === "option") fail(path, `${t.name} is an option of an option`);
      checkType(path, bounds, t.of);
      break;
    case "set":
      checkType(path, bounds, t.of);
      if (cardinality(bounds, t.of) > largestSetElement) fail(path, `${t.name} has more than ${largestSetElement} elements`);
      break;
    case "record":
      if (Object.keys(t.fields).length === 0) fail(path, "a record has no fields");
      for (const field of Object.values(t.fields)) checkType(path, bounds, field);
      break;
    case "map":
      checkType(path, bounds, t.key);
      checkType(path, bounds, t.value);
      break;
  }
};

/** Whether a literal names a member of a scalarset, which would tell it apart from the others. */
const namesMember = (type: AnyType, value: Value): boolean => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": return false;
    case "scalarset": return true;
    case "union": return Object.values(t.cases).some((payload) => payload?.kind === "scalarset");
    case "option": return value !== null && namesMember(t.of, value);
    case "set": return value !== 0 && known(t.of).kind !== "enum" && known(t.of).kind !== "range" && known(t.of).kind !== "bool";
    case "record": return Object.entries(t.fields).some(([field, of]) => namesMember(of, (value as RecordValue)[field] ?? null));
    case "map": return (value as readonly Value[]).some((entry) => namesMember(t.value, entry));
  }
};

const same = (path: string, found: AnyType, expected: AnyType): void => {
  if (found.name !== expected.name) fail(path, `expected ${expected.name}, found ${found.name}`);
};

const ofKind = <K extends KnownType["kind"]>(path: string, type: AnyType, kind: K): Extract<KnownType, { readonly kind: K }> => {
  const t = known(type);
  return t.kind === kind ? t as Extract<KnownType, { readonly kind: K }> : fail(path, `expected a ${kind}, found ${type.name}`);
};

type Scope = ReadonlyMap<string, AnyType>;

/**
 * Checks an expression and everything below it.
 * @throws SpecificationError with the way to what is wrong: `map.guard.authorised.left.key: …`.
 */
export const checkNode = (path: string, reading: Reading, scope: Scope, node: Node): void => {
  const { bounds } = reading, { type } = node;
  const sub = (part: string, inner: Node, binder?: { readonly variable: string; readonly type: AnyType }): void => {
    checkNode(`${path}.${part}`, reading, binder === undefined ? scope : new Map([...scope, [binder.variable, binder.type]]), inner);
  };
  /** A part whose type is given. */
  const part = (name: string, inner: Node, expected: AnyType, binder?: { readonly variable: string; readonly type: AnyType }): void => {
    sub(name, inner, binder);
    same(`${path}.${name}`, inner.type, expected);
  };
  const condition = (name: string, inner: Node, binder?: { readonly variable: string; readonly type: AnyType }): void => {
    sub(name, inner, binder);
    ofKind(`${path}.${name}`, inner.type, "bool");
  };
  const isBool = (): void => {
    ofKind(path, type, "bool");
  };
  checkType(path, bounds, type);

  switch (node.op) {
    case "literal":
      if (namesMember(type, node.value)) fail(path, `a literal names a member of a scalarset in ${type.name}`);
      if (type.kind === "range" ? !Number.isInteger(node.value) : !isValue(bounds, type, node.value)) fail(path, `${String(node.value)} is no ${type.name}`);
      break;
    case "variable": {
      const bound = scope.get(node.name);
      if (bound === undefined) fail(path, `nothing says what the variable ${node.name} is`);
      else same(path, type, bound);
      break;
    }
    case "cell": {
      const declared = reading.declared(node.store, node.name, type);
      if (declared === undefined) fail(path, `there is no ${node.store} variable ${node.name} here`);
      else same(path, type, declared);
      break;
    }
    case "at": {
      sub("map", node.map);
      const map = ofKind(`${path}.map`, node.map.type, "map");
      part("key", node.key, map.key);
      same(path, type, map.value);
      break;
    }
    case "field": {
      sub("record", node.record);
      const field = ofKind(`${path}.record`, node.record.type, "record").fields[node.field];
      if (field === undefined) fail(path, `${node.record.type.name} has no field ${node.field}`);
      else same(path, type, field);
      break;
    }
    case "construct": {
      const { fields } = ofKind(path, type, "record");
      for (const field of Object.keys(node.fields)) if (!(field in fields)) fail(path, `${type.name} has no field ${field}`);
      for (const [field, of] of Object.entries(fields)) {
        const inner = node.fields[field];
        if (inner === undefined) fail(path, `the field ${field} is missing`);
        else part(field, inner, of);
      }
      break;
    }
    case "some": part("value", node.value, ofKind(path, type, "option").of); break;
    case "is-none":
      isBool();
      sub("option", node.option);
      ofKind(`${path}.option`, node.option.type, "option");
      break;
    case "match": {
      sub("option", node.option);
      part("none", node.none, type);
      part("some", node.some, type, { variable: node.variable, type: ofKind(`${path}.option`, node.option.type, "option").of });
      break;
    }
    case "inject": {
      same(path, type, node.union);
      const payload = ofKind(path, type, "union").cases[node.label];
      if (payload === undefined) fail(path, `${type.name} has no case ${node.label}`);
      else if (payload !== null) part("payload", node.payload, payload);
      break;
    }
    case "not": isBool(); condition("of", node.of); break;
    case "and": case "or":
      isBool();
      node.all.forEach((one, i) => {
        condition(String(i), one);
      });
      break;
    case "implies": isBool(); condition("left", node.left); condition("right", node.right); break;
    case "equal": isBool(); sub("left", node.left); part("right", node.right, node.left.type); break;
    case "less": case "at-most":
      isBool();
      sub("left", node.left);
      ofKind(`${path}.left`, node.left.type, "range");
      part("right", node.right, node.left.type);
      break;
    case "add": ofKind(path, type, "range"); part("left", node.left, type); part("right", node.right, type); break;
    case "if": condition("condition", node.condition); part("then", node.then, type); part("otherwise", node.otherwise, type); break;
    case "has":
      isBool();
      sub("set", node.set);
      part("element", node.element, ofKind(`${path}.set`, node.set.type, "set").of);
      break;
    case "subset":
      isBool();
      sub("left", node.left);
      ofKind(`${path}.left`, node.left.type, "set");
      part("right", node.right, node.left.type);
      break;
    case "unite": case "minus": case "intersect": ofKind(path, type, "set"); part("left", node.left, type); part("right", node.right, type); break;
    case "set": {
      const { of } = ofKind(path, type, "set");
      node.elements.forEach((element, i) => {
        part(String(i), element, of);
      });
      break;
    }
    case "collect": same(path, ofKind(path, type, "set").of, node.over); condition("where", node.where, { variable: node.variable, type: node.over }); break;
    case "first":
      same(path, ofKind(path, type, "option").of, node.over);
      ofKind(path, node.over, "range");
      condition("where", node.where, { variable: node.variable, type: node.over });
      break;
    case "forall": case "exists": isBool(); checkType(path, bounds, node.over); condition("where", node.where, { variable: node.variable, type: node.over }); break;
    case "count": ofKind(path, type, "range"); checkType(path, bounds, node.over); condition("where", node.where, { variable: node.variable, type: node.over }); break;
    case "sum": ofKind(path, type, "range"); checkType(path, bounds, node.over); part("value", node.value, type, { variable: node.variable, type: node.over }); break;
    case "tabulate": {
      const map = ofKind(path, type, "map");
      same(path, map.key, node.over);
      part("value", node.value, map.value, { variable: node.variable, type: node.over });
      break;
    }
    case "reaches": {
      isBool();
      sub("links", node.links);
      const map = ofKind(`${path}.links`, node.links.type, "map");
      same(`${path}.links`, ofKind(`${path}.links`, map.value, "option").of, map.key);
      part("from", node.from, map.key);
      part("to", node.to, map.key);
      break;
    }
    case "apply": {
      const { definition } = node;
      same(path, type, definition.body.type);
      if (definition.parameters.length !== node.arguments.length) fail(path, `${definition.name} takes ${definition.parameters.length} arguments`);
      definition.parameters.forEach((parameter, i) => {
        const given = node.arguments[i];
        if (given !== undefined) part(parameter.name, given, parameter.type);
      });
      if (!reading.checked.has(definition)) {
        checkNode(definition.name, reading, new Map(definition.parameters.map((parameter) => [parameter.name, parameter.type])), definition.body);
        reading.checked.add(definition);
      }
      break;
    }
  }
};
