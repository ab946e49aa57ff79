/** The statements of a function as WebAssembly. */
import { op, type Code } from "./binary.ts";
import { createEmitter } from "./emitter.ts";
import { expressionsOf, type Surroundings } from "./expressions.ts";
import type { Bound, Scope } from "./scope.ts";
import { Untranslatable, type Block, type Declaration, type Loop, type Statement } from "./tree.ts";
import { codeOf } from "./value.ts";

/** Tokens of all turns of a loop that is written out. Larger limits gained nothing and took longer to translate. */
const shortEnough = 800;

/** Labels of what can be left: a body that stands in place of a call, by `return`, or the turn of a loop, by `continue`. */
interface Leave { readonly body: number | null; readonly turn: number | null }

const turnOf = ({ turn }: Leave): number => {
  if (turn === null) throw new Untranslatable("`continue` outside of a loop");
  return turn;
};

/** Translates the body of the function `name`, which has so many parameters that are locals. Returns its code, and how many locals there are with them. */
export const translateBody = (surroundings: Surroundings, name: string, parameters: number, body: Statement, scope: Scope): { readonly locals: number; readonly code: Code } => {
  const { functions } = surroundings, emitter = createEmitter(parameters), { emit, block, branch, scoped } = emitter;
  const { valueOf, effect, jump, variable } = expressionsOf(surroundings, emitter, [name], (inner, names, label) => {
    statement(inner, names, { body: label, turn: null });
  });

  /** Variables of a declaration, and the scope with them. */
  const declare = (node: Declaration, scope: Scope, fixed: ReadonlySet<string>): Scope => {
    const names = new Map<string, Bound>(), inner: Scope = { names, outer: scope };
    for (const { name, value: given } of node.variables) {
      const value = valueOf(given, inner);
      if (value.known !== undefined && (node.constant || fixed.has(name))) {
        names.set(name, { kind: "number", value: value.known });
        continue;
      }
      names.set(name, variable(value));
    }
    return inner;
  };

  /** `for (let i = a; i < b; i++)` with bounds that are known, and `i` written nowhere else. */
  const counted = ({ first, test, update, extent }: Loop, scope: Scope): { readonly name: string; readonly from: number; readonly to: number } | null => {
    const [variable, more] = first?.variables ?? [];
    if (variable === undefined || more !== undefined || test?.type !== "Binary" || test.operator !== "<" || test.left.type !== "Name" || test.left.name !== variable.name) return null;
    const { name } = variable, from = valueOf(variable.value, scope), to = valueOf(test.right, scope);
    if (update?.type !== "Update" || update.operator !== "++" || update.target.type !== "Name" || update.target.name !== name || extent.written.has(name)) return null;
    return from.known === undefined || to.known === undefined ? null : { name, from: from.known, to: to.known };
  };
  /** One turn of a loop, which `continue` ends. */
  const turn = (body: Statement, scope: Scope, leave: Leave): void => {
    block((label) => {
      statement(body, scope, { ...leave, turn: label });
    });
  };
  const loop = (node: Loop, scope: Scope, leave: Leave): void => {
    const known = counted(node, scope), { first, test, update } = node;
    if (known !== null && known.to <= known.from) return;
    if (known !== null && (known.to - known.from === 1 || (known.to - known.from) * functions.weigh(node.extent) <= shortEnough)) {
      for (let value = known.from; value < known.to; value++) turn(node.body, { names: new Map([[known.name, { kind: "number", value }]]), outer: scope }, leave);
      return;
    }
    scoped(() => {
      const inner = first === null ? scope : declare(first, scope, new Set());
      block((exit) => {
        block((again) => {
          // A loop whose first turn is certain is left at its end alone.
          if (known === null && test) jump(test, false, exit, inner);
          turn(node.body, inner, leave);
          if (update) effect(update, inner);
          if (known !== null && test) jump(test, true, again, inner);
          else branch(again);
        }, op.loop);
      });
    });
  };

  const sequence = (node: Block, scope: Scope, leave: Leave): boolean => scoped(() => {
    const { written } = node.extent;
    let inner = scope;
    for (const one of node.statements) {
      if (one.type === "Declaration") inner = declare(one, inner, new Set(one.variables.map(({ name }) => name).filter((name) => !written.has(name))));
      else if (statement(one, inner, leave)) return true;
    }
    return false;
  });
  /** Whether what follows is never reached. */
  const statement = (node: Statement, scope: Scope, leave: Leave): boolean => {
    switch (node.type) {
      case "Block": return sequence(node, scope, leave);
      case "Evaluation": effect(node.expression, scope); return false;
      case "Loop": loop(node, scope, leave); return false;
      case "Continue": branch(turnOf(leave)); return true;
      case "Return": {
        if (node.value !== null) emit(codeOf(valueOf(node.value, scope)));
        if (leave.body === null) emit(op.return);
        else branch(leave.body);
        return true;
      }
      case "Choice": {
        const { test, consequent, alternate } = node;
        if (consequent.type === "Continue" && alternate === null) return jump(test, true, turnOf(leave), scope);
        let ends = false;
        block((after) => {
          let then = false;
          block((otherwise) => {
            then = jump(test, false, otherwise, scope) || statement(consequent, scope, leave);
            if (alternate !== null) branch(after);
          });
          ends = alternate !== null ? statement(alternate, scope, leave) && then : false;
        });
        return ends;
      }
      case "Declaration": throw new Untranslatable("a declaration that is no statement of a block");
    }
  };
  statement(body, scope, { body: null, turn: null });
  return { locals: emitter.locals(), code: emitter.code() };
};
