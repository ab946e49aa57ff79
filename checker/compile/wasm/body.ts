/**
 * The body of one function as WebAssembly. Numbers are 32-bit integers or truth values; counters alone are 64-bit floats. Code is made in the order in which it runs, and
 * a piece of it leads nowhere outside but by labels that are counted from where it stands.
 */
import type { BlockStatement, CallExpression, Expression, ForStatement, MemberExpression, Pattern, Statement, VariableDeclaration } from "acorn";
import type { Placed } from "../arena.ts";
import { i32, nothing, op, signed, unsigned, type Import } from "./binary.ts";
import type { Functions } from "./functions.ts";
import { calleeOf, expression, nameOf, Untranslatable, walk } from "./syntax.ts";
import { binary, codeOf, not, number, type Value } from "./value.ts";

/** `pointer` is the local that holds its address, for an array that has none of its own. */
export type Reachable = Placed & { readonly pointer?: number };
export type Bound = { readonly kind: "number"; readonly value: number } | { readonly kind: "local"; readonly index: number } | { readonly kind: "array"; readonly array: Reachable };
/** What a function is given for a parameter: an array of the program, the address of an array of numbers, or a number. */
export type Given = Placed | "address" | "number";
export type Scope = ReadonlyMap<string, Bound>;

/** Nodes of all turns of a loop that is written out. Larger limits gained nothing and took longer to translate. */
const shortEnough = 600;

const compound: Readonly<Record<string, string>> = { "+=": "+", "-=": "-", "^=": "^", "|=": "|", "&=": "&" };

const bytesOf = { Int32Array: 4, Float64Array: 8, Uint8Array: 1, Int8Array: 1 } as const;
const loads = { Int32Array: [op.i32Load, 2], Float64Array: [op.f64Load, 3], Uint8Array: [op.i32Load8, 0], Int8Array: [op.i32Load8Signed, 0] } as const;
const stores = { Int32Array: [op.i32Store, 2], Float64Array: [op.f64Store, 3], Uint8Array: [op.i32Store8, 0], Int8Array: [op.i32Store8, 0] } as const;

/** An index, or a part of one, as what is known of it and the rest. */
interface Sum { readonly known: number; readonly rest: readonly number[] | null }

/** Where `return` leads: out of the function, or of the block that stands for a call. */
export interface Frame { readonly label: number; readonly real: boolean }


/** What the functions of a module have in common. */
export interface Surroundings {
  readonly functions: Functions;
  readonly imported: readonly Import[];
  /** The arrays that every function sees. */
  readonly global: Scope;
  /** The number of a function for a choice of arrays. */
  functionOf(name: string, given: readonly Given[]): number;
}

export interface Writer {
  /** Writes a statement. Returns whether what follows is never reached. */
  statement(node: Statement, scope: Scope, frame: Frame): boolean;
  /** How many locals there are, with the parameters. */
  locals(): number;
  code(): readonly number[];
}

/** A writer for a function with so many `parameters`; `path` are the functions whose body this is or that stand in place of a call in it. */
export const writerOf = ({ functions, imported, global, functionOf }: Surroundings, parameters: number, path: string[]): Writer => {
  let out: number[] = [], depth = 0, top = parameters, most = parameters;
  /** Labels of loops that are open: depth of the block that ends a turn. */
  const turns: number[] = [];
  const emit = (...bytes: readonly number[]): void => {
    for (const byte of bytes) out.push(byte);
  };
  const append = (code: readonly number[]): void => {
    for (const byte of code) out.push(byte);
  };
  const local = (): number => {
    const index = top++;
    most = Math.max(most, top);
    return index;
  };
  /** Code that `produce` emits, apart; locals that it takes are free afterwards, because what it computes is on the stack. */
  const apart = (produce: () => void): number[] => {
    const before = out, mark = top;
    out = [];
    produce();
    const made = out;
    out = before;
    top = mark;
    return made;
  };
  const get = (index: number): readonly number[] => [op.localGet, ...unsigned(index)];
  const set = (index: number): readonly number[] => [op.localSet, ...unsigned(index)];
  const lookUp = (scope: Scope, name: string): Bound => {
    const found = scope.get(name);
    if (found === undefined) throw new Untranslatable(`nothing is named ${name}`);
    return found;
  };
  const arrayOf = (scope: Scope, node: object): Reachable => {
    const found = lookUp(scope, nameOf(expression(node)));
    if (found.kind !== "array") throw new Untranslatable("an array is expected");
    return found.array;
  };

  const sum = (node: Expression, scope: Scope): Sum => {
    if (node.type === "BinaryExpression") {
      const left = expression(node.left), right = expression(node.right);
      if (node.operator === "+" || node.operator === "-") {
        const a = sum(left, scope), b = sum(right, scope);
        if (node.operator === "+") return { known: a.known + b.known, rest: a.rest === null ? b.rest : b.rest === null ? a.rest : [...a.rest, ...b.rest, op.add] };
        if (b.rest === null) return { known: a.known - b.known, rest: a.rest };
      }
      if (node.operator === "*") {
        const a = sum(left, scope), b = sum(right, scope);
        const [factor, other] = a.rest === null ? [a.known, b] : b.rest === null ? [b.known, a] : [null, a];
        if (factor !== null) return { known: other.known * factor, rest: other.rest === null || factor === 0 ? null : factor === 1 ? other.rest : [...other.rest, op.i32Const, ...signed(factor), op.mul] };
      }
    }
    const value = valueOf(node, scope);
    return value.known === undefined ? { known: 0, rest: value.code } : { known: value.known, rest: null };
  };
  /** What is on the stack before a load or a store, and their immediates. */
  const place = (node: MemberExpression, scope: Scope): { readonly array: Reachable; readonly index: number | null; readonly address: readonly number[]; readonly offset: readonly number[] } => {
    if (!node.computed) throw new Untranslatable("a named member");
    const array = arrayOf(scope, node.object), bytes = bytesOf[array.kind], { known, rest } = sum(expression(node.property), scope);
    const fixed = array.address + known * bytes, shift = Math.log2(bytes);
    const moving = rest === null ? [] : shift === 0 ? rest : [...rest, op.i32Const, shift, op.shl];
    const scaled = array.pointer !== undefined ? [...get(array.pointer), ...moving, ...(rest === null ? [] : [op.add])] : rest === null ? [op.i32Const, 0] : moving;
    return {
      array, index: rest === null ? known : null,
      address: fixed >= 0 ? scaled : [...scaled, op.i32Const, ...signed(fixed), op.add], offset: unsigned(Math.max(0, fixed)),
    };
  };
  const load = ({ array, address, offset }: ReturnType<typeof place>): readonly number[] => {
    const [code, align] = loads[array.kind];
    return [...address, code, align, ...offset];
  };
  const store = ({ array, address, offset }: ReturnType<typeof place>, value: readonly number[]): void => {
    const [code, align] = stores[array.kind];
    append(address);
    append(value);
    emit(code, align, ...offset);
  };

  const choose = (condition: Value, then: () => Value, otherwise: () => Value): Value => {
    if (condition.known !== undefined) return condition.known !== 0 ? then() : otherwise();
    depth++;
    const [a, b] = [then(), otherwise()];
    depth--;
    return { code: [...condition.code, op.if, i32, ...codeOf(a), op.else, ...codeOf(b), op.end] };
  };

  /** A call of a function of the program, in place or as a call. */
  const call = (node: CallExpression, scope: Scope): { readonly value: Value | null; readonly effects: readonly number[] } => {
    const name = calleeOf(node), given = node.arguments.map((one) => expression(one));
    if (name === "Math.imul") {
      const [a, b] = given;
      return { value: binary("*", valueOf(expression(a), scope), valueOf(expression(b), scope)), effects: [] };
    }
    if (name === "Atomics.compareExchange") {
      const [array, index, was, becomes] = given;
      const at = place({ ...node, type: "MemberExpression", object: expression(array), property: expression(index), computed: true, optional: false }, scope);
      return { value: { code: [...at.address, ...codeOf(valueOf(expression(was), scope)), ...codeOf(valueOf(expression(becomes), scope)), ...op.compareExchange, 2, ...at.offset] }, effects: [] };
    }
    if (name.endsWith(".set")) {
      if (node.callee.type !== "MemberExpression") throw new Untranslatable(name);
      return { value: null, effects: copy(arrayOf(scope, node.callee.object), arrayOf(scope, expression(given[0]))) };
    }
    const imports = imported.findIndex((one) => one.name === name);
    if (imports >= 0) {
      const effects = [...given.flatMap((argument) => codeOf(valueOf(argument, scope))), op.call, ...unsigned(imports)];
      return imported[imports]?.signature.returns === true ? { value: { code: effects }, effects: [] } : { value: null, effects };
    }
    const { parameters, returns, assigned, body } = functions.shape(name);
    const isArray = (argument: Expression): boolean => argument.type === "Identifier" && scope.get(argument.name)?.kind === "array";
    if (path.includes(name) || !functions.inPlace(name)) {
      const arrayIn = (argument: Expression): Reachable | null => (isArray(argument) ? arrayOf(scope, argument) : null);
      const index = functionOf(name, given.map((argument) => {
        const array = arrayIn(argument);
        return array === null ? "number" : array.pointer === undefined ? array : "address";
      }));
      const effects = [...given.flatMap((argument) => {
        const array = arrayIn(argument);
        return array === null ? codeOf(valueOf(argument, scope)) : array.pointer === undefined ? [] : get(array.pointer);
      }), op.call, ...unsigned(index)];
      return returns ? { value: { code: effects }, effects: [] } : { value: null, effects };
    }
    // In place of the call: parameters are what they are given where nothing can change it, and locals else.
    const inner = new Map(global), mark = top;
    const prepared = given.flatMap((argument, i): readonly number[] => {
      const parameter = parameters[i] ?? "";
      if (isArray(argument)) {
        inner.set(parameter, { kind: "array", array: arrayOf(scope, argument) });
        return [];
      }
      const value = valueOf(argument, scope);
      const aliased = argument.type === "Identifier" ? scope.get(argument.name) : undefined;
      if (value.known !== undefined && !assigned.has(parameter)) {
        inner.set(parameter, { kind: "number", value: value.known });
        return [];
      }
      if (aliased?.kind === "local" && !assigned.has(parameter)) {
        inner.set(parameter, aliased);
        return [];
      }
      const index = local();
      inner.set(parameter, { kind: "local", index });
      return [...codeOf(value), ...set(index)];
    });
    path.push(name);
    try {
      const [only] = body.body.body;
      if (body.body.body.length === 1 && only?.type === "ReturnStatement" && returns) {
        const value = valueOf(expression(only.argument), inner);
        return value.known !== undefined ? { value, effects: [] } : { value: { code: [...prepared, ...value.code] }, effects: [] };
      }
      const code = apart(() => {
        append(prepared);
        emit(op.block, returns ? i32 : nothing);
        depth++;
        const kept = turns.splice(0);
        statement(body.body, inner, { label: depth, real: false });
        turns.push(...kept);
        if (returns) emit(op.unreachable);
        depth--;
        emit(op.end);
      });
      return returns ? { value: { code }, effects: [] } : { value: null, effects: code };
    } finally {
      path.pop();
      top = mark;
    }
  };
  /** Cells of one array into another of the same length. */
  const copy = (to: Reachable, from: Reachable): readonly number[] => {
    if (to.pointer !== undefined || from.pointer !== undefined || to.length !== from.length || to.kind !== "Int32Array" || from.kind !== "Int32Array") throw new Untranslatable("a copy between arrays that are not alike");
    const code: number[] = [];
    let at = 0;
    for (; at + 2 <= to.length; at += 2) code.push(op.i32Const, 0, op.i32Const, 0, op.i64Load, 3, ...unsigned(from.address + 4 * at), op.i64Store, 3, ...unsigned(to.address + 4 * at));
    for (; at < to.length; at++) code.push(op.i32Const, 0, op.i32Const, 0, op.i32Load, 2, ...unsigned(from.address + 4 * at), op.i32Store, 2, ...unsigned(to.address + 4 * at));
    return code;
  };

  const valueOf = (node: Expression, scope: Scope): Value => {
    switch (node.type) {
      case "Literal": {
        if (typeof node.value === "number") return number(node.value);
        if (typeof node.value === "boolean") return number(node.value ? 1 : 0);
        throw new Untranslatable("a literal that is no number");
      }
      case "Identifier": {
        const bound = lookUp(scope, node.name);
        if (bound.kind === "array") throw new Untranslatable("an array as a number");
        return bound.kind === "number" ? number(bound.value) : { code: get(bound.index) };
      }
      case "ParenthesizedExpression": return valueOf(node.expression, scope);
      case "MemberExpression": {
        const at = place(node, scope);
        if (at.index !== null && at.array.content !== null) return number(at.array.content[at.index] ?? 0);
        return { code: load(at) };
      }
      case "UnaryExpression": {
        const value = valueOf(node.argument, scope);
        switch (node.operator) {
          case "!": return not(value);
          case "~": return binary("^", value, number(-1));
          case "-": return binary("-", number(0), value);
          case "+": case "typeof": case "void": case "delete": throw new Untranslatable(`the operator ${node.operator}`);
        }
      }
      case "BinaryExpression": return binary(node.operator, valueOf(expression(node.left), scope), valueOf(node.right, scope));
      case "LogicalExpression": {
        const left = valueOf(node.left, scope), right = (): Value => valueOf(node.right, scope);
        if (node.operator === "&&") return choose(left, right, () => number(0));
        if (node.operator === "||") return choose(left, () => number(1), right);
        throw new Untranslatable(node.operator);
      }
      case "ConditionalExpression": return choose(valueOf(node.test, scope), () => valueOf(node.consequent, scope), () => valueOf(node.alternate, scope));
      case "CallExpression": {
        const { value } = call(node, scope);
        if (value === null) throw new Untranslatable("the value of a function that has none");
        return value;
      }
      case "AssignmentExpression": {
        const bound = lookUp(scope, nameOf(node.left));
        if (node.operator !== "=" || bound.kind !== "local") throw new Untranslatable("an assignment as a value");
        return { code: [...codeOf(valueOf(node.right, scope)), op.localTee, ...unsigned(bound.index)] };
      }
      case "UpdateExpression": {
        if (!node.prefix || node.argument.type !== "MemberExpression") throw new Untranslatable("an update as a value");
        const { argument } = node;
        return { code: [...apart(() => {
          effect(node, scope);
        }), ...load(place(argument, scope))] };
      }
      default: throw new Untranslatable(node.type);
    }
  };

  const change = (operator: string, node: Pattern | Expression, by: Value, scope: Scope): void => {
    if (node.type === "MemberExpression") {
      const at = place(node, scope);
      if (at.array.kind === "Float64Array") {
        if (operator !== "+") throw new Untranslatable("a counter is raised alone");
        store(at, [...load(at), ...(by.known === undefined ? [...by.code, op.f64FromI32] : [op.f64Const, ...new Uint8Array(Float64Array.of(by.known).buffer)]), op.f64Add]);
      } else store(at, codeOf(binary(operator, { code: load(at) }, by)));
      return;
    }
    const bound = lookUp(scope, nameOf(node));
    if (bound.kind !== "local") throw new Untranslatable("a change of what is no variable");
    append(codeOf(binary(operator, { code: get(bound.index) }, by)));
    append(set(bound.index));
  };
  const effect = (node: Expression, scope: Scope): void => {
    switch (node.type) {
      case "CallExpression": {
        const { value, effects } = call(node, scope);
        append(effects);
        if (value?.known === undefined && value !== null) {
          append(value.code);
          emit(op.drop);
        }
        return;
      }
      case "UpdateExpression": change(node.operator === "++" ? "+" : "-", node.argument, number(1), scope); return;
      case "AssignmentExpression": {
        const value = valueOf(node.right, scope), { left } = node, operator = compound[node.operator];
        if (operator !== undefined) change(operator, left, value, scope);
        else if (node.operator !== "=") throw new Untranslatable(node.operator);
        else if (left.type === "MemberExpression") {
          const at = place(left, scope);
          if (at.array.kind === "Float64Array") throw new Untranslatable("a counter is raised alone");
          store(at, codeOf(value));
        } else {
          const bound = lookUp(scope, nameOf(left));
          if (bound.kind !== "local") throw new Untranslatable("an assignment to what is no variable");
          append(codeOf(value));
          append(set(bound.index));
        }
        return;
      }
      default: throw new Untranslatable(`${node.type} as a statement`);
    }
  };

  /** Branches to `label` where the truth of `node` is `when`. Whether it always does. */
  const jump = (node: Expression, when: boolean, label: number, scope: Scope): boolean => {
    if (node.type === "UnaryExpression" && node.operator === "!") return jump(node.argument, !when, label, scope);
    if (node.type === "LogicalExpression") {
      // Both must hold, or fail, for the branch not to be taken.
      if ((node.operator === "||") === when) return jump(node.left, when, label, scope) || jump(node.right, when, label, scope);
      let always = false;
      emit(op.block, nothing);
      depth++;
      if (!jump(node.left, !when, depth, scope)) always = jump(node.right, when, label, scope);
      depth--;
      emit(op.end);
      // The left may still have led past it.
      return always && valueOf(node, scope).known !== undefined;
    }
    const value = valueOf(node, scope);
    if (value.known !== undefined) {
      if ((value.known !== 0) !== when) return false;
      emit(op.br, ...unsigned(depth - label));
      return true;
    }
    append(value.code);
    if (!when) emit(op.eqz);
    emit(op.brIf, ...unsigned(depth - label));
    return false;
  };

  /** Variables of a declaration, and the scope with them. */
  const declare = (node: VariableDeclaration, scope: Scope, fixed: ReadonlySet<string>): Scope => {
    const inner = new Map(scope);
    for (const { id, init } of node.declarations) {
      const name = nameOf(id), value = valueOf(expression(init), inner);
      if (value.known !== undefined && (node.kind === "const" || fixed.has(name))) {
        inner.set(name, { kind: "number", value: value.known });
        continue;
      }
      const index = local();
      append(codeOf(value));
      append(set(index));
      inner.set(name, { kind: "local", index });
    }
    return inner;
  };

  /** `for (let i = a; i < b; i++)` with bounds that are known, and `i` written nowhere else. */
  const counted = (node: ForStatement, scope: Scope): { readonly name: string; readonly from: number; readonly to: number } | null => {
    const { init, test, update } = node;
    if (init?.type !== "VariableDeclaration" || init.declarations.length !== 1 || test?.type !== "BinaryExpression" || test.operator !== "<" || update?.type !== "UpdateExpression") return null;
    const [declared] = init.declarations;
    if (declared?.id.type !== "Identifier" || test.left.type !== "Identifier" || test.left.name !== declared.id.name) return null;
    const { name } = declared.id, from = valueOf(expression(declared.init), scope), to = valueOf(test.right, scope);
    let writes = 0;
    walk(node.body, (one) => {
      const it = one as Expression;
      if (it.type === "AssignmentExpression" && it.left.type === "Identifier" && it.left.name === name) writes++;
      if (it.type === "UpdateExpression" && it.argument.type === "Identifier" && it.argument.name === name) writes++;
    });
    return writes > 0 || from.known === undefined || to.known === undefined ? null : { name, from: from.known, to: to.known };
  };
  const turn = (body: Statement, scope: Scope, frame: Frame): void => {
    emit(op.block, nothing);
    depth++;
    turns.push(depth);
    statement(body, scope, frame);
    turns.pop();
    depth--;
    emit(op.end);
  };
  const loop = (node: ForStatement, scope: Scope, frame: Frame): void => {
    const known = counted(node, scope), mark = top;
    if (known !== null && known.to <= known.from) return;
    if (known !== null && (known.to - known.from === 1 || (known.to - known.from) * functions.weigh(node.body) <= shortEnough)) {
      for (let value = known.from; value < known.to; value++) turn(node.body, new Map(scope).set(known.name, { kind: "number", value }), frame);
      return;
    }
    const inner = node.init === null || node.init === undefined ? scope : node.init.type === "VariableDeclaration" ? declare(node.init, scope, new Set()) : null;
    if (inner === null) throw new Untranslatable("a loop that begins with no declaration");
    const test = node.test ?? null;
    emit(op.block, nothing);
    depth++;
    const exit = depth;
    emit(op.loop, nothing);
    depth++;
    const again = depth;
    // A loop whose first turn is certain is left at its end alone.
    if (known === null && test !== null) jump(test, false, exit, inner);
    turn(node.body, inner, frame);
    if (node.update !== null && node.update !== undefined) effect(node.update, inner);
    if (known !== null && test !== null) jump(test, true, again, inner);
    else emit(op.br, ...unsigned(depth - again));
    depth -= 2;
    emit(op.end, op.end);
    top = mark;
  };

  const block = (node: BlockStatement, scope: Scope, frame: Frame): boolean => {
    let inner = scope;
    const mark = top, changed = new Set<string>();
    if (node.body.some(({ type }) => type === "VariableDeclaration")) walk(node, (one) => {
      const it = one as Expression;
      if (it.type === "AssignmentExpression" && it.left.type === "Identifier") changed.add(it.left.name);
      if (it.type === "UpdateExpression" && it.argument.type === "Identifier") changed.add(it.argument.name);
    });
    let ends = false;
    for (const one of node.body) {
      if (one.type === "VariableDeclaration") inner = declare(one, inner, new Set(one.declarations.map(({ id }) => nameOf(id)).filter((name) => !changed.has(name))));
      else if (statement(one, inner, frame)) {
        ends = true;
        break;
      }
    }
    top = mark;
    return ends;
  };
  /** Whether what follows is never reached. */
  const statement = (node: Statement, scope: Scope, frame: Frame): boolean => {
    switch (node.type) {
      case "BlockStatement": return block(node, scope, frame);
      case "EmptyStatement": return false;
      case "ExpressionStatement": effect(node.expression, scope); return false;
      case "ForStatement": loop(node, scope, frame); return false;
      case "ContinueStatement": emit(op.br, ...unsigned(depth - (turns.at(-1) ?? 0))); return true;
      case "ReturnStatement": {
        if (node.argument !== null && node.argument !== undefined) append(codeOf(valueOf(node.argument, scope)));
        if (frame.real) emit(op.return);
        else emit(op.br, ...unsigned(depth - frame.label));
        return true;
      }
      case "IfStatement": {
        const { test, consequent, alternate } = node;
        if (consequent.type === "ContinueStatement" && (alternate === null || alternate === undefined)) return jump(test, true, turns.at(-1) ?? 0, scope);
        emit(op.block, nothing);
        depth++;
        if (alternate === null || alternate === undefined) {
          if (!jump(test, false, depth, scope)) statement(consequent, scope, frame);
          depth--;
          emit(op.end);
          return false;
        }
        const after = depth;
        emit(op.block, nothing);
        depth++;
        const one = jump(test, false, depth, scope) || statement(consequent, scope, frame);
        emit(op.br, ...unsigned(depth - after));
        depth--;
        emit(op.end);
        const other = statement(alternate, scope, frame);
        depth--;
        emit(op.end);
        return one && other;
      }
      default: throw new Untranslatable(node.type);
    }
  };
  return { statement, locals: () => most, code: () => out };
};

