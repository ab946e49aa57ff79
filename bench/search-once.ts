/** One search of one model, whose figures are printed as JSON: `search-once.ts MODEL WORKERS STATES`. */
import { searchModel } from "./refmon.ts";

const [name = "", workers = "1", states = "0"] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await searchModel(name, Number(workers), Number(states)))}\n`);
