import { createRule } from "../create-rule.ts";

/** A throw half-way through a call would leave the tables in a state that no clause of the specification describes. */
export const tcbNoExceptions = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      throw: "The monitor does not throw: return a code before anything is written.",
      try: "The monitor does not catch: nothing below it throws.",
    },
  },
  defaultOptions: [],
  create(context) {
    return {
      ThrowStatement: (node) => context.report({ node, messageId: "throw" }),
      TryStatement: (node) => context.report({ node, messageId: "try" }),
    };
  },
});
