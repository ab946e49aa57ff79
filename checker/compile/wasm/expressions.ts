/**
 * Expressions as WebAssembly, and what they do to variables and memory. Numbers are 32-bit integers or truth values; counters alone are 64-bit floats. A piece of code
 * leads nowhere outside but by labels that are counted from where it stands.
 */
import type { Placed } from "../arena.ts";
import { i32, nothing, op, signed, unsigned, type Code, type Piece, type Import } from "./binary.ts";
import type { Emitter } from "./emitter.ts";
import type { Functions } from "./functions.ts";
import { Untranslatable, type Call, type Expression, type Member, type Name, type Statement } from "./tree.ts";
import { arrayOf, lookUp, type Bound, type Reachable, type Scope } from "./scope.ts";
import { binary, codeOf, not, number, type Value } from "./value.ts";

/** What a function is given for a parameter: an array of the program, the address of an array of numbers, or a number. */
export type Given = Placed | "address" | "number";

const compound: Readonly<Record<string, string>> = { "+=": "+", "-=": "-", "^=": "^", "|=": "|", "&=": "&" };

const atomics: Readonly<Record<string, readonly number[]>> = { "Atomics.add": op.atomicAdd, "Atomics.compareExchange": op.compareExchange };

const bytesOf = { Int32Array: 4, Float64Array: 8, Uint8Array: 1, Int8Array: 1 } as const;
const loads = { Int32Array: [op.i32Load, 2], Float64Array: [op.f64Load, 3], Uint8Array: [op.i32Load8, 0], Int8Array: [op.i32Load8Signed, 0] } as const;
const stores = { Int32Array: [op.i32Store, 2], Float64Array: [op.f64Store, 3], Uint8Array: [op.i32Store8, 0], Int8Array: [op.i32Store8, 0] } as const;

/** An index, or a part of one, as what is known of it and the rest. */
interface Sum { readonly known: number; readonly rest: Code | null }

/** What the functions of a module have in common. */
export interface Surroundings {
  readonly functions: Functions;
  readonly imported: readonly Import[];
  /** The arrays that every function sees. */
  readonly global: Scope;
  /** The number of a function for a choice of arrays. */
  functionOf(name: string, given: readonly Given[]): number;
}

interface Called { readonly value: Value | null; readonly effects: Code }

export interface Expressions {
  /** What an expression computes. @throws Untranslatable, as all of these. */
  valueOf(node: Expression, scope: Scope): Value;
  /** Emits what an expression does. */
  effect(node: Expression, scope: Scope): void;
  /** Branches to `label` where the truth of `node` is `when`. Returns whether it always does. */
  jump(node: Expression, when: boolean, label: number, scope: Scope): boolean;
  /** Emits a new variable of the value. */
  variable(value: Value): Bound;
}

/**
 * Expressions in a function. `path` are the functions whose body this is or that stand in place of a call in it; `statements` emits the body of one of these, whose `return` leads to
 * the label.
 */
export const expressionsOf = (
  { functions, imported, global, functionOf }: Surroundings, { emit, apart, block, branch, local, scoped }: Emitter, path: string[],
  statements: (body: Statement, scope: Scope, label: number) => void,
): Expressions => {
  const get = (index: number): Code => [op.localGet, unsigned(index)];
  const set = (index: number): Code => [op.localSet, unsigned(index)];

  const sum = (node: Expression, scope: Scope): Sum => {
    if (node.type === "Binary") {
      const { left, right } = node;
      if (node.operator === "+" || node.operator === "-") {
        const a = sum(left, scope), b = sum(right, scope);
        if (node.operator === "+") return { known: a.known + b.known, rest: a.rest === null ? b.rest : b.rest === null ? a.rest : [a.rest, b.rest, op.add] };
        if (b.rest === null) return { known: a.known - b.known, rest: a.rest };
      }
      if (node.operator === "*") {
        const a = sum(left, scope), b = sum(right, scope);
        const [factor, other] = a.rest === null ? [a.known, b] : b.rest === null ? [b.known, a] : [null, a];
        if (factor !== null) return { known: other.known * factor, rest: other.rest === null || factor === 0 ? null : factor === 1 ? other.rest : [other.rest, op.i32Const, signed(factor), op.mul] };
      }
    }
    const value = valueOf(node, scope);
    return value.known === undefined ? { known: 0, rest: value.code } : { known: value.known, rest: null };
  };
  /** What is on the stack before a load or a store, and their immediates. */
  const place = ({ object, index }: Omit<Member, "type">, scope: Scope): { readonly array: Reachable; readonly index: number | null; readonly address: Code; readonly offset: Piece } => {
    const array = arrayOf(scope, object), bytes = bytesOf[array.kind], { known, rest } = sum(index, scope);
    const fixed = array.address + known * bytes, shift = Math.log2(bytes);
    const moving = rest === null ? [] : shift === 0 ? rest : [rest, op.i32Const, shift, op.shl];
    const scaled = array.pointer !== undefined ? [get(array.pointer), moving, ...(rest === null ? [] : [op.add])] : rest === null ? [op.i32Const, 0] : moving;
    return {
      array, index: rest === null ? known : null,
      address: fixed >= 0 ? scaled : [scaled, op.i32Const, signed(fixed), op.add], offset: unsigned(Math.max(0, fixed)),
    };
  };
  const load = ({ array, address, offset }: ReturnType<typeof place>): Code => {
    const [code, align] = loads[array.kind];
    return [address, code, align, offset];
  };
  const store = ({ array, address, offset }: ReturnType<typeof place>, value: Code): void => {
    const [code, align] = stores[array.kind];
    emit(address);
    emit(value);
    emit(code, align, offset);
  };

  const choose = (condition: Value, then: () => Value, otherwise: () => Value): Value => {
    if (condition.known !== undefined) return condition.known !== 0 ? then() : otherwise();
    return { code: [condition.code, op.if, i32, codeOf(then()), op.else, codeOf(otherwise()), op.end] };
  };

  /** A call of a function of the program, in place or as a call. */
  const call = (node: Call, scope: Scope): Called => {
    const { callee: name, given } = node;
    if (name === "Math.imul") {
      const [a, b] = given;
      if (a === undefined || b === undefined) throw new Untranslatable(name);
      return { value: binary("*", valueOf(a, scope), valueOf(b, scope)), effects: [] };
    }
    const atomic = atomics[name];
    if (atomic !== undefined) {
      const [array, index, ...operands] = given;
      if (array?.type !== "Name" || index === undefined) throw new Untranslatable(name);
      const at = place({ object: array.name, index }, scope);
      return { value: { code: [at.address, operands.map((operand) => codeOf(valueOf(operand, scope))), atomic, 2, at.offset] }, effects: [] };
    }
    if (name.endsWith(".set")) {
      const [from] = given;
      if (from?.type !== "Name") throw new Untranslatable(name);
      return { value: null, effects: copy(arrayOf(scope, name.slice(0, -".set".length)), arrayOf(scope, from.name)) };
    }
    const imports = imported.findIndex((one) => one.name === name);
    if (imports >= 0) {
      const effects = [given.map((argument) => codeOf(valueOf(argument, scope))), op.call, unsigned(imports)];
      return imported[imports]?.signature.returns === true ? { value: { code: effects }, effects: [] } : { value: null, effects };
    }
    const { returns } = functions.tree(name);
    if (path.includes(name) || !functions.inPlace(name)) {
      const arrayIn = (argument: Expression): Reachable | null => {
        const bound = argument.type === "Name" ? lookUp(scope, argument.name) : undefined;
        return bound?.kind === "array" ? bound.array : null;
      };
      const index = functionOf(name, given.map((argument) => {
        const array = arrayIn(argument);
        return array === null ? "number" : array.pointer === undefined ? array : "address";
      }));
      const effects = [given.map((argument) => {
        const array = arrayIn(argument);
        return array === null ? codeOf(valueOf(argument, scope)) : array.pointer === undefined ? [] : get(array.pointer);
      }), op.call, unsigned(index)];
      return returns ? { value: { code: effects }, effects: [] } : { value: null, effects };
    }
    path.push(name);
    try {
      return scoped(() => inPlace(node, scope));
    } finally {
      path.pop();
    }
  };
  /** The body of a function where it is called: parameters are what they are given where nothing can change it, and locals else. */
  const inPlace = ({ callee, given }: Call, scope: Scope): Called => {
    const { parameters, returns, body } = functions.tree(callee), names = new Map<string, Bound>(), inner: Scope = { names, outer: global };
    const prepared = given.map((argument, i): Code => {
      const parameter = parameters[i] ?? "", bound = argument.type === "Name" ? lookUp(scope, argument.name) : undefined;
      if (bound?.kind === "array") {
        names.set(parameter, bound);
        return [];
      }
      const value = valueOf(argument, scope);
      const same: Bound | undefined = value.known === undefined ? bound : { kind: "number", value: value.known };
      if (same !== undefined && !body.extent.written.has(parameter)) {
        names.set(parameter, same);
        return [];
      }
      const index = local();
      names.set(parameter, { kind: "local", index });
      return [codeOf(value), set(index)];
    });
    const [only, more] = body.statements;
    if (more === undefined && only?.type === "Return" && only.value !== null) {
      const value = valueOf(only.value, inner);
      return value.known !== undefined ? { value, effects: [] } : { value: { code: [prepared, value.code] }, effects: [] };
    }
    const code = apart(() => {
      emit(prepared);
      block((label) => {
        statements(body, inner, label);
        // A function that gives a number never ends without one.
        if (returns) emit(op.unreachable);
      }, op.block, returns ? i32 : nothing);
    });
    return returns ? { value: { code }, effects: [] } : { value: null, effects: code };
  };
  /** Cells of one array into another of the same length. */
  const copy = (to: Reachable, from: Reachable): Code => {
    if (to.pointer !== undefined || from.pointer !== undefined || to.length !== from.length || to.kind !== "Int32Array" || from.kind !== "Int32Array") throw new Untranslatable("a copy between arrays that are not alike");
    const code: Piece[] = [];
    let at = 0;
    for (; at + 2 <= to.length; at += 2) code.push(op.i32Const, 0, op.i32Const, 0, op.i64Load, 3, unsigned(from.address + 4 * at), op.i64Store, 3, unsigned(to.address + 4 * at));
    for (; at < to.length; at++) code.push(op.i32Const, 0, op.i32Const, 0, op.i32Load, 2, unsigned(from.address + 4 * at), op.i32Store, 2, unsigned(to.address + 4 * at));
    return code;
  };

  const valueOf = (node: Expression, scope: Scope): Value => {
    switch (node.type) {
      case "Numeral": return number(node.value);
      case "Name": {
        const bound = lookUp(scope, node.name);
        if (bound.kind === "array") throw new Untranslatable("an array as a number");
        return bound.kind === "number" ? number(bound.value) : { code: get(bound.index) };
      }
      case "Member": {
        const at = place(node, scope);
        if (at.index !== null && at.array.content !== null) return number(at.array.content[at.index] ?? 0);
        return { code: load(at) };
      }
      case "Unary": {
        const value = valueOf(node.argument, scope);
        switch (node.operator) {
          case "!": return not(value);
          case "~": return binary("^", value, number(-1));
          case "-": return binary("-", number(0), value);
        }
      }
      case "Binary": return binary(node.operator, valueOf(node.left, scope), valueOf(node.right, scope));
      case "Logical": {
        const left = valueOf(node.left, scope), right = (): Value => valueOf(node.right, scope);
        return node.operator === "&&" ? choose(left, right, () => number(0)) : choose(left, () => number(1), right);
      }
      case "Conditional": return choose(valueOf(node.test, scope), () => valueOf(node.consequent, scope), () => valueOf(node.alternate, scope));
      case "Call": {
        const { value } = call(node, scope);
        if (value === null) throw new Untranslatable("the value of a function that has none");
        return value;
      }
      case "Assignment": {
        const bound = node.target.type === "Name" ? lookUp(scope, node.target.name) : null;
        if (node.operator !== "=" || bound?.kind !== "local") throw new Untranslatable("an assignment as a value");
        return { code: [codeOf(valueOf(node.value, scope)), op.localTee, unsigned(bound.index)] };
      }
      case "Update": {
        const { target } = node;
        if (!node.prefix || target.type !== "Member") throw new Untranslatable("an update as a value");
        return { code: [apart(() => {
          effect(node, scope);
        }), load(place(target, scope))] };
      }
    }
  };

  const change = (operator: string, node: Name | Member, by: Value, scope: Scope): void => {
    if (node.type === "Member") {
      const at = place(node, scope);
      if (at.array.kind === "Float64Array") {
        if (operator !== "+") throw new Untranslatable("a counter is raised alone");
        store(at, [load(at), ...(by.known === undefined ? [by.code, op.f64FromI32] : [op.f64Const, ...new Uint8Array(Float64Array.of(by.known).buffer)]), op.f64Add]);
      } else store(at, codeOf(binary(operator, { code: load(at) }, by)));
      return;
    }
    const bound = lookUp(scope, node.name);
    if (bound.kind !== "local") throw new Untranslatable("a change of what is no variable");
    emit(codeOf(binary(operator, { code: get(bound.index) }, by)));
    emit(set(bound.index));
  };
  const effect = (node: Expression, scope: Scope): void => {
    switch (node.type) {
      case "Call": {
        const { value, effects } = call(node, scope);
        emit(effects);
        if (value?.known === undefined && value !== null) {
          emit(value.code);
          emit(op.drop);
        }
        return;
      }
      case "Update": change(node.operator === "++" ? "+" : "-", node.target, number(1), scope); return;
      case "Assignment": {
        const value = valueOf(node.value, scope), { target } = node, operator = compound[node.operator];
        if (operator !== undefined) change(operator, target, value, scope);
        else if (target.type === "Member") {
          const at = place(target, scope);
          if (at.array.kind === "Float64Array") throw new Untranslatable("a counter is raised alone");
          store(at, codeOf(value));
        } else {
          const bound = lookUp(scope, target.name);
          if (bound.kind !== "local") throw new Untranslatable("an assignment to what is no variable");
          emit(codeOf(value));
          emit(set(bound.index));
        }
        return;
      }
      default: throw new Untranslatable(`${node.type} as a statement`);
    }
  };

  const jump = (node: Expression, when: boolean, label: number, scope: Scope): boolean => {
    if (node.type === "Unary" && node.operator === "!") return jump(node.argument, !when, label, scope);
    if (node.type === "Logical") {
      // Both must hold, or fail, for the branch not to be taken.
      if ((node.operator === "||") === when) return jump(node.left, when, label, scope) || jump(node.right, when, label, scope);
      block((past) => {
        if (!jump(node.left, !when, past, scope)) jump(node.right, when, label, scope);
      });
      // The left may have led past it.
      return false;
    }
    const value = valueOf(node, scope);
    if (value.known !== undefined) {
      if ((value.known !== 0) !== when) return false;
      branch(label);
      return true;
    }
    emit(value.code);
    if (!when) emit(op.eqz);
    branch(label, op.brIf);
    return false;
  };

  return {
    valueOf, effect, jump,
    variable: (value) => {
      const index = local();
      emit(codeOf(value));
      emit(set(index));
      return { kind: "local", index };
    },
  };
};
