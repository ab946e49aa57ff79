/** What is said when the checker fails, whatever it was doing. */
export const internalError = (thrown: unknown): string =>
  `refmon: internal error; nothing that this run says can be trusted\n${thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown)}`;
