import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

/** A reader must see from a call what runs: a named function, with its arguments, to its end. */
export const tcbPlainFunctions = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      class: "No classes: functions over the machine.",
      this: "No `this`: the machine is an argument.",
      suspend: "A call runs to its end: no async functions and no generators.",
      default: "Named exports only: a clause is found by one search for its name.",
      accessor: "No accessors: reading a property runs no code.",
    },
  },
  defaultOptions: [],
  create(context) {
    const report =
      (messageId: "class" | "this" | "suspend" | "default" | "accessor") =>
      (node: TSESTree.Node): void =>
        context.report({ node, messageId });
    return {
      ClassDeclaration: report("class"),
      ClassExpression: report("class"),
      ThisExpression: report("this"),
      ":matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[async=true]": report("suspend"),
      ":matches(FunctionDeclaration, FunctionExpression)[generator=true]": report("suspend"),
      ExportDefaultDeclaration: report("default"),
      'ExportSpecifier[exported.name="default"]': report("default"),
      "Property[kind=/^[gs]et$/]": report("accessor"),
    };
  },
});
