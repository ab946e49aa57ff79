import ts from "typescript";

type Declaration = ts.FunctionDeclaration | ts.VariableDeclaration;

/** For each named function and each constant of a module: those that its body mentions, whether it calls them or passes them on. */
export type ReferenceGraph = ReadonlyMap<Declaration, ReadonlySet<Declaration>>;

/**
 * Returns the graph of mentions in the files. A mention stands for a call, so the graph has every possible call between these functions, also
 * through tables of functions. What it cannot see is a call back from a function outside the files.
 */
export function referenceGraph(checker: ts.TypeChecker, files: readonly ts.SourceFile[]): ReferenceGraph {
  const graph = new Map<Declaration, Set<Declaration>>();
  const mentionsOf = (declaration: Declaration): Set<Declaration> => {
    const mentions = graph.get(declaration) ?? new Set();
    graph.set(declaration, mentions);
    return mentions;
  };
  const visit = (node: ts.Node, inside: Declaration | null): void => {
    const current = isVertex(node) ? node : inside;
    if (isVertex(node)) mentionsOf(node);
    if (current !== null && ts.isIdentifier(node) && node !== current.name) {
      for (const mentioned of declarationsOf(checker, node)) mentionsOf(current).add(mentioned);
    }
    ts.forEachChild(node, (child) => visit(child, current));
  };
  for (const file of files) visit(file, null);
  return graph;
}

/** Returns the shortest chain of mentions that leads from the declaration back to itself, both ends included, or null where there is none. */
export function cycleThrough(graph: ReferenceGraph, start: Declaration): readonly Declaration[] | null {
  const queue: (readonly Declaration[])[] = [[start]];
  const seen = new Set<Declaration>();
  for (const path of queue) {
    for (const next of graph.get(path.at(-1) ?? start) ?? []) {
      if (next === start) return [...path, start];
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return null;
}

/** Named functions wherever they stand, and what a module declares. Local variables belong to the function around them. */
function isVertex(node: ts.Node): node is Declaration {
  if (ts.isFunctionDeclaration(node)) return true;
  if (!ts.isVariableDeclaration(node)) return false;
  const isOfModule = ts.isSourceFile(node.parent.parent.parent);
  return isOfModule || (node.initializer !== undefined && (ts.isArrowFunction(node.initializer) || ts.isFunctionExpression(node.initializer)));
}

function declarationsOf(checker: ts.TypeChecker, name: ts.Identifier): readonly Declaration[] {
  const found = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  if (found === undefined) return [];
  const symbol = (found.flags & ts.SymbolFlags.Alias) === 0 ? found : checker.getAliasedSymbol(found);
  return (symbol.declarations ?? []).filter(isVertex);
}
