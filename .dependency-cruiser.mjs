// The arrows between the rooms (spec/lang <- spec <- checker <- cli; hw <- monitor <- image <- checker), as rules that say why.
import { builtinModules } from "node:module";

/** What runs in a browser: all of spec, hw, monitor and image, and of the checker what replays and explains. Threads and files of the search stand apart. */
const BROWSER = "^(spec|hw|monitor|image|checker/trace|checker/(explore|refine)(?!/node))/";
const NODE_MODULES = `^(node:)?(${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`;
const OWN_ROOMS = "^(spec|hw|monitor|image|checker|cli|test|bench|build|lint|web)/";

/** @type {import("dependency-cruiser").IConfiguration} */
const config = {
  forbidden: [
    {
      name: "language-stands-alone",
      comment: "The specification language knows nothing of what is specified in it.",
      severity: "error",
      from: { path: "^spec/lang/" },
      to: { path: OWN_ROOMS, pathNot: "^spec/lang/" },
    },
    {
      name: "spec-stands-alone",
      comment: "The specification says what must hold, whoever checks it and whatever is checked.",
      severity: "error",
      from: { path: "^spec/" },
      to: { path: OWN_ROOMS, pathNot: "^spec/" },
    },
    {
      name: "hardware-stands-alone",
      comment: "The machine is emulated without knowing what runs on it, and without dependencies.",
      severity: "error",
      from: { path: "^hw/" },
      to: { pathNot: "^hw/" },
    },
    {
      name: "monitor-on-hardware-only",
      comment: "The trusted computing base is monitor/ on hw/. Spec and monitor are two statements of one thing: neither may copy the other.",
      severity: "error",
      from: { path: "^monitor/" },
      to: { pathNot: "^(monitor|hw)/" },
    },
    {
      name: "image-on-monitor-and-hardware-only",
      comment: "The image is what the monitor finds, in the monitor's own words; what it should mean is said by the specification, and compared by the checker.",
      severity: "error",
      from: { path: "^image/" },
      to: { pathNot: "^(image|monitor|hw)/" },
    },
    {
      name: "checker-below-command-line",
      comment: "The checker is a library; parsing and printing are above it.",
      severity: "error",
      from: { path: "^checker/" },
      to: { path: "^(cli|test|bench|build|lint|web)/" },
    },
    {
      name: "abstraction-without-monitor",
      comment: "The abstraction reads the bits by its own statement of the layout: a wrong constant shared with the monitor would hide itself.",
      severity: "error",
      from: { path: "^checker/refine/abstract" },
      to: { path: "^(monitor|image)/", reachable: true },
    },
    {
      name: "command-line-through-checker",
      comment: "A command parses, calls the checker and prints; it does not drive the machine itself.",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(hw|monitor|image|test|bench|build|lint|web)/" },
    },
    {
      name: "browser-without-node",
      comment: "Oracle, machine, monitor and replay run in the explorer page too, so nothing that they reach may need Node.",
      severity: "error",
      from: { path: BROWSER },
      to: { path: NODE_MODULES, reachable: true },
    },
    {
      name: "compiler-on-demand",
      comment: "TypeScript takes longer to load than the rest to run: only the commands that read the TCB's source import it, when they run.",
      severity: "error",
      from: { path: "^(spec|checker|cli)/" },
      to: { path: "node_modules/typescript/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-cycles",
      comment: "A cycle has no bottom from which it can be understood.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "What is imported exists and is declared.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // A type alone is an arrow as well.
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(test/lint/fixtures|dist|coverage|reports|checkpoints)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};

export { config as default };
