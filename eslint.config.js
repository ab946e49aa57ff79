// The project's own rules are written in TypeScript; this makes them loadable by ESLint and by editors on Node 20.
import "./build/strip-types.mjs";
import tseslint from "typescript-eslint";

const { plugin: refmon } = await import("./lint/plugin.ts");

const tcbSubset = Object.fromEntries(Object.keys(refmon.rules).flatMap((name) => (name.startsWith("tcb-") ? [[`refmon/${name}`, "error"]] : [])));

const NODE_GLOBALS = ["Buffer", "clearImmediate", "global", "process", "require", "setImmediate"];

const config = tseslint.config(
  { ignores: ["node_modules/", "dist/", "coverage/", "reports/", "checkpoints/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  tseslint.configs.strict,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // A union grows by one case, and every place that must know is an error until it does.
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "Named exports only." }],
      "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx", "hack"] }],
    },
  },
  // There are none to write in JavaScript.
  { files: ["**/*.mjs"], rules: { "@typescript-eslint/explicit-module-boundary-types": "off" } },
  // In the specification the inferred types are the point: a written one could only repeat or widen them.
  { files: ["spec/**"], rules: { "@typescript-eslint/explicit-module-boundary-types": "off" } },
  {
    files: ["{spec,hw,monitor,image}/**", "checker/{refine,trace,explore}/**"],
    ignores: ["checker/explore/node/**"],
    rules: {
      // The imports of node: are refused by dependency-cruiser; these need no import.
      "no-restricted-globals": ["error", ...NODE_GLOBALS.map((name) => ({ name, message: "This room runs in a browser too." }))],
    },
  },
  {
    files: ["spec/{calls,moves,properties}/**"],
    plugins: { refmon },
    linterOptions: { noInlineConfig: true },
    rules: { "refmon/no-js-operators-on-expressions": "error" },
  },
  {
    files: ["monitor/**"],
    plugins: { refmon },
    linterOptions: { noInlineConfig: true },
    rules: { ...tcbSubset, "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true }] },
  },
  // The one audited place where numbers become branded identifiers.
  { files: ["monitor/identifiers.ts"], rules: { "refmon/tcb-no-casts": "off" } },
  { files: ["build/**"], rules: { "no-console": "off" } },
);

export { config as default };
