import { call, who } from "../actor.ts";
import { each, eq, none, some } from "../lang/index.ts";
import { Device, IoPage } from "../vocabulary.ts";

/** Gives a device up: it reaches nothing any more and forgets everything. */
export const devRelease = call("dev_release", { device: Device }, (s, { caller }, { device }) => ({
  guards: [
    who(eq(s.device.at(device), some(caller))),
  ],
  effects: [
    s.device.at(device).becomes(none),
    s.deviceKnows.at(device).becomes([]),
    each(IoPage, (page) => [s.ioSpace.at(device).at(page).becomes(none)]),
  ],
}));
