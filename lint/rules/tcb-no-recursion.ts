import { ESLintUtils } from "@typescript-eslint/utils";
import type ts from "typescript";
import { createRule } from "../create-rule.ts";
import { cycleThrough, referenceGraph } from "../reference-graph.ts";
import type { ReferenceGraph } from "../reference-graph.ts";

const graphs = new WeakMap<ts.Program, ReferenceGraph>();

/** Recursion is a loop whose bound is nowhere written, and a stack that a caller can exhaust. Found directly and across the files of the monitor. */
export const tcbNoRecursion = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: { recursion: "`{{name}}` can reach itself: {{path}}. Write a counted loop." },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    return {
      "Program:exit": (program) => {
        const file = services.esTreeNodeToTSNodeMap.get(program);
        const graph = graphs.get(services.program) ?? monitorGraph(services.program);
        graphs.set(services.program, graph);
        for (const declaration of graph.keys()) {
          if (declaration.getSourceFile() !== file) continue;
          const cycle = cycleThrough(graph, declaration);
          if (cycle === null) continue;
          const [name = "", ...rest] = cycle.map((step) => step.name?.getText() ?? "default");
          const node = services.tsNodeToESTreeNodeMap.get(declaration.name ?? declaration);
          context.report({ node, messageId: "recursion", data: { name, path: [name, ...rest].join(" -> ") } });
        }
      },
    };
  },
});

function monitorGraph(program: ts.Program): ReferenceGraph {
  const files = program.getSourceFiles().filter(({ fileName }) => /\/monitor\/(?!.*node_modules)/.test(fileName));
  return referenceGraph(program.getTypeChecker(), files);
}
