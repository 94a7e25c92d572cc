export { createTestClock, type TestClock } from "./clock.ts";
export {
  type ConformanceOptions,
  type ConformanceResult,
  checkConformance,
  describeConformance,
  groupNames,
  type TestFunctions,
} from "./run.ts";
export type {
  Absent,
  Act,
  ActName,
  Acts,
  ConformanceSubject,
  Forgery,
  PayPage,
  RawWebhook,
  ReadBackField,
  Running,
  Skip,
} from "./subject.ts";
export {
  type Fault,
  type FaultTarget,
  type HeldRequest,
  type ReplyFault,
  type SilentFault,
  Wire,
  type WireHttpFailure,
  type WireHttpReply,
  type WireHttpRequest,
  type WireOptions,
  type WireTransport,
} from "./wire.ts";
