import { posix, sep } from "node:path";
import { AST_NODE_TYPES, TSESLint } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

/** The functions that make an identifier of any number, unchecked, by the names that their modules give them. */
const CONSTRUCTORS: ReadonlySet<string> = new Set([
  "access", "device", "domain", "domainOrNone", "entry", "entryFrame", "frame", "gate", "gateOrNone", "ioPage", "level", "page", "pcid", "prefix", "vcpu",
]);

/** The files that lay identifiers out as words, or compute one from another: a frame from its entry, a tag from its slot, a prefix from its page. */
const ENCODINGS: ReadonlySet<string> = new Set(["access.ts", "domains.ts", "frames.ts", "identifiers.ts", "layout.ts", "tables.ts"]);

const DECODING: ReadonlySet<string> = new Set(["&", ">>>"]);

/**
 * An identifier is a promise that its number is in range, and of the right sort. Outside the files of encodings it comes from an argument that was checked, or is made
 * of: a natural literal, the counter of a loop around it, the geometry, or a word of the monitor's state, masked or shifted by a literal.
 *
 * Not enforced: that a counter runs over the things counted and no further, that the word read is one where such an identifier was kept, that a range check is asked with
 * the right limit, and anything in the files of encodings. Those are read by eye.
 */
export const tcbIdentifiers = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      forged: "`{{name}}` makes an identifier of a number that nothing vouches for: pass a literal, a loop counter, or what readState returns.",
      value: "`{{name}}` is called or not mentioned at all: as a value it would be called out of sight.",
    },
  },
  defaultOptions: [],
  create(context) {
    const { sourceCode } = context;
    const file = context.filename.split(sep).join("/");
    if (posix.basename(posix.dirname(file)) === "monitor" && ENCODINGS.has(posix.basename(file))) return {};
    const variableOf = (node: TSESTree.Identifier): TSESLint.Scope.Variable | null =>
      sourceCode.getScope(node).references.find(({ identifier }) => identifier === node)?.resolved ?? null;
    /** Whether the loop that declares the variable moves it, and nothing else writes it. */
    const isCounter = (node: TSESTree.Identifier): boolean => {
      const variable = variableOf(node);
      const loop = variable?.defs[0]?.node.parent?.parent;
      if (loop?.type !== AST_NODE_TYPES.ForStatement || loop.update === null) return false;
      const [start, end] = loop.update.range;
      const writes = variable?.references.filter((use) => use.isWrite() && use.init !== true) ?? [];
      return writes.length > 0 && writes.every(({ identifier: { range } }) => range[0] >= start && range[1] <= end);
    };
    const isImported = (node: TSESTree.Identifier): boolean =>
      variableOf(node)?.defs.some(({ type }) => type === TSESLint.Scope.DefinitionType.ImportBinding) ?? false;
    const isVouchedFor = (node: TSESTree.Node | undefined): boolean => {
      switch (node?.type) {
        case AST_NODE_TYPES.Literal:
          return typeof node.value === "number";
        case AST_NODE_TYPES.Identifier:
          return isCounter(node);
        case AST_NODE_TYPES.MemberExpression:
          return node.object.type === AST_NODE_TYPES.MemberExpression && sourceCode.getText(node.object.property) === "geometry";
        case AST_NODE_TYPES.CallExpression:
          return node.callee.type === AST_NODE_TYPES.Identifier && node.callee.name === "readState" && isImported(node.callee);
        case AST_NODE_TYPES.BinaryExpression:
          return DECODING.has(node.operator) && node.right.type === AST_NODE_TYPES.Literal && isVouchedFor(node.left);
        default:
          return false;
      }
    };
    return {
      ImportSpecifier: (node) => {
        const name = sourceCode.getText(node.imported);
        if (!CONSTRUCTORS.has(name)) return;
        for (const variable of sourceCode.getDeclaredVariables(node)) {
          for (const { identifier, isTypeReference } of variable.references) {
            if (isTypeReference === true) continue;
            const call = identifier.parent;
            if (call.type !== AST_NODE_TYPES.CallExpression || call.callee !== identifier) context.report({ node: identifier, messageId: "value", data: { name } });
            else if (!isVouchedFor(call.arguments[0])) context.report({ node: call, messageId: "forged", data: { name } });
          }
        }
      },
    };
  },
});
