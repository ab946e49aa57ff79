/** The properties that hold for every policy. */
import { p1 } from "./p1.ts";
import { p10 } from "./p10.ts";
import { p11 } from "./p11.ts";
import { p12 } from "./p12.ts";
import { p13 } from "./p13.ts";
import { p14 } from "./p14.ts";
import { p15 } from "./p15.ts";
import { p16 } from "./p16.ts";
import { p17 } from "./p17.ts";
import { p18 } from "./p18.ts";
import { p19 } from "./p19.ts";
import { p2 } from "./p2.ts";
import { p20 } from "./p20.ts";
import { p22 } from "./p22.ts";
import { p25 } from "./p25.ts";
import { p26 } from "./p26.ts";
import { p3 } from "./p3.ts";
import { p4 } from "./p4.ts";
import { p5 } from "./p5.ts";
import { p6 } from "./p6.ts";
import { p7 } from "./p7.ts";
import { p8 } from "./p8.ts";
import { p9 } from "./p9.ts";
import type { Property } from "../lang/index.ts";

export const properties: readonly Property[] = [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p22, p25, p26].flat();
