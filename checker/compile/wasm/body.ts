/** The statements of a function as WebAssembly. */
import type { BlockStatement, ForStatement, Statement, VariableDeclaration } from "acorn";
import { op } from "./binary.ts";
import { createEmitter } from "./emitter.ts";
import { expressionsOf, type Scope, type Surroundings } from "./expressions.ts";
import { expression, nameOf, Untranslatable, writtenIn } from "./syntax.ts";
import { codeOf } from "./value.ts";

/** Nodes of all turns of a loop that is written out. Larger limits gained nothing and took longer to translate. */
const shortEnough = 600;

/** Labels of what can be left: a body that stands in place of a call, by `return`, or the turn of a loop, by `continue`. */
interface Leave { readonly body: number | null; readonly turn: number | null }

const turnOf = ({ turn }: Leave): number => {
  if (turn === null) throw new Untranslatable("`continue` outside of a loop");
  return turn;
};

/** Translates the body of the function `name`, which has so many parameters that are locals. Returns its code, and how many locals there are with them. */
export const translateBody = (surroundings: Surroundings, name: string, parameters: number, body: Statement, scope: Scope): { readonly locals: number; readonly code: readonly number[] } => {
  const { functions } = surroundings, emitter = createEmitter(parameters), { emit, append, block, branch, scoped } = emitter;
  const { valueOf, effect, jump, variable } = expressionsOf(surroundings, emitter, [name], (inner, names, label) => {
    statement(inner, names, { body: label, turn: null });
  });

  /** Variables of a declaration, and the scope with them. */
  const declare = (node: VariableDeclaration, scope: Scope, fixed: ReadonlySet<string>): Scope => {
    const inner = new Map(scope);
    for (const { id, init } of node.declarations) {
      const name = nameOf(id), value = valueOf(expression(init), inner);
      if (value.known !== undefined && (node.kind === "const" || fixed.has(name))) {
        inner.set(name, { kind: "number", value: value.known });
        continue;
      }
      inner.set(name, variable(value));
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
    if (update.operator !== "++" || nameOf(expression(update.argument)) !== name || writtenIn(node.body).has(name)) return null;
    return from.known === undefined || to.known === undefined ? null : { name, from: from.known, to: to.known };
  };
  /** One turn of a loop, which `continue` ends. */
  const turn = (body: Statement, scope: Scope, leave: Leave): void => {
    block((label) => {
      statement(body, scope, { ...leave, turn: label });
    });
  };
  const loop = (node: ForStatement, scope: Scope, leave: Leave): void => {
    const known = counted(node, scope), { init, test, update } = node;
    if (known !== null && known.to <= known.from) return;
    if (known !== null && (known.to - known.from === 1 || (known.to - known.from) * functions.weigh(node.body) <= shortEnough)) {
      for (let value = known.from; value < known.to; value++) turn(node.body, new Map(scope).set(known.name, { kind: "number", value }), leave);
      return;
    }
    if (init !== null && init !== undefined && init.type !== "VariableDeclaration") throw new Untranslatable("a loop that begins with no declaration");
    scoped(() => {
      const inner = init === null || init === undefined ? scope : declare(init, scope, new Set());
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

  const sequence = (node: BlockStatement, scope: Scope, leave: Leave): boolean => scoped(() => {
    const written = writtenIn(node);
    let inner = scope;
    for (const one of node.body) {
      if (one.type === "VariableDeclaration") inner = declare(one, inner, new Set(one.declarations.map(({ id }) => nameOf(id)).filter((name) => !written.has(name))));
      else if (statement(one, inner, leave)) return true;
    }
    return false;
  });
  /** Whether what follows is never reached. */
  const statement = (node: Statement, scope: Scope, leave: Leave): boolean => {
    switch (node.type) {
      case "BlockStatement": return sequence(node, scope, leave);
      case "EmptyStatement": return false;
      case "ExpressionStatement": effect(node.expression, scope); return false;
      case "ForStatement": loop(node, scope, leave); return false;
      case "ContinueStatement": branch(turnOf(leave)); return true;
      case "ReturnStatement": {
        if (node.argument) append(codeOf(valueOf(node.argument, scope)));
        if (leave.body === null) emit(op.return);
        else branch(leave.body);
        return true;
      }
      case "IfStatement": {
        const { test, consequent, alternate } = node;
        if (consequent.type === "ContinueStatement" && !alternate) return jump(test, true, turnOf(leave), scope);
        let ends = false;
        block((after) => {
          let then = false;
          block((otherwise) => {
            then = jump(test, false, otherwise, scope) || statement(consequent, scope, leave);
            if (alternate) branch(after);
          });
          ends = alternate ? statement(alternate, scope, leave) && then : false;
        });
        return ends;
      }
      default: throw new Untranslatable(node.type);
    }
  };
  statement(body, scope, { body: null, turn: null });
  return { locals: emitter.locals(), code: emitter.code() };
};
