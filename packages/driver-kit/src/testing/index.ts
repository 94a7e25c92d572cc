// Helpers for tests of drivers. They only need vitest: helpers with nock or fast-check have their own entries, `./mock-http` and `./mutations`.
export { expectEach } from "./expect-each.ts";
export { FOREIGN_REFUSALS, jsonReply, ruledTransport } from "./foreign-replies.ts";
export { createRandom, damage, fuzz, must, mutate, noise, type Random, SEED } from "./fuzzing.ts";
export { closedPort, type RawServer, rawServer } from "./raw-server.ts";
export { expectToHide } from "./secrets.ts";
export { ERROR_BODIES, UNREADABLE_REPLIES } from "./unreadable-replies.ts";
export {
  type Cost,
  type CostQuestion,
  costOf,
  countingCalls,
  expectNoDearBody,
  searchWorst,
  workOf,
} from "./webhook-cost.ts";
