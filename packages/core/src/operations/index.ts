// The implementation of the operations. Loaded when the first one is called, so that importing the library costs little.

export { closeLink, deleteLink, reopenLink, updateLink } from "./change.ts";
export { checkCreate } from "./check.ts";
export { createLink, sendStoredCreate } from "./create.ts";
export { attributeError, unreadableArguments, withOutcome } from "./driver-error.ts";
export { fingerprintOf } from "./fingerprint.ts";
export { planCreate } from "./prepare-create.ts";
export {
  findLink,
  getHistoryById,
  getLink,
  listHistoriesOf,
  listLinks,
  listMethods,
  listRecentHistoriesOf,
} from "./read.ts";
export { resumeCreate } from "./resume-create.ts";
export { confirmObservation, parseDelivery } from "./webhooks.ts";
