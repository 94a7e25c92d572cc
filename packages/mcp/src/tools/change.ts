import type { LinkId, PaymentLinkError, ResultAsync, StoppedLink } from "@tautan/core";
import type { LedgerError } from "@tautan/ledger";
import * as z from "zod";
import { type Fault, faultOf } from "../results/failure.ts";
import { LINK, linkView } from "../schemas/link.ts";
import { CHANGES } from "../schemas/request.ts";
import { LINK_ID } from "../schemas/shared.ts";
import { type Tool, tool } from "../tool.ts";

const STOPPED = z.object({
  stopped: z.strictObject({ id: z.string(), gateway: z.string(), status: z.enum(["closed", "deleted"]) }),
});

const faultOfChange = (error: PaymentLinkError | LedgerError): Fault => faultOf(error, { isChange: true });

const stopped = (
  change: ResultAsync<StoppedLink, PaymentLinkError | LedgerError>,
): ResultAsync<z.input<typeof STOPPED>, Fault> =>
  change.map(({ id, gateway, status }) => ({ stopped: { id, gateway, status } })).mapErr(faultOfChange);

export const UPDATE_LINK: Tool = tool({
  name: "update_link",
  title: "Change a link",
  description:
    "Changes a link at its gateway. An absent field is kept, and null clears it. The amount and the reference cannot be changed. Not all gateways can: see get_gateway.",
  permission: "close",
  asksGateway: true,
  isDestructive: true,
  input: z.strictObject({ id: LINK_ID, changes: CHANGES }),
  output: z.object({ link: LINK }),
  run: ({ id, changes }, { ledger }) =>
    ledger
      .update(id as LinkId, changes)
      .map((link) => ({ link: linkView(link) }))
      .mapErr(faultOfChange),
});

export const CLOSE_LINK: Tool = tool({
  name: "close_link",
  title: "Close a link",
  description:
    "Stops a link from accepting new payers. A payment that a payer has begun may still be made, at most gateways. Refunds nothing. A link that is closed stays closed if it is called again.",
  permission: "close",
  asksGateway: true,
  isDestructive: true,
  input: z.strictObject({ id: LINK_ID }),
  output: STOPPED,
  run: ({ id }, { ledger }) => stopped(ledger.close(id as LinkId)),
});

export const REOPEN_LINK: Tool = tool({
  name: "reopen_link",
  title: "Open a closed link again",
  description: "Opens a closed link again, so that it accepts payers. Not all gateways can: see get_gateway.",
  permission: "close",
  asksGateway: true,
  input: z.strictObject({ id: LINK_ID }),
  output: z.object({ link: LINK }),
  run: ({ id }, { ledger }) =>
    ledger
      .reopen(id as LinkId)
      .map((link) => ({ link: linkView(link) }))
      .mapErr(faultOfChange),
});

export const DELETE_LINK: Tool = tool({
  name: "delete_link",
  title: "Delete a link for good",
  description:
    "Removes a link at its gateway for good. The ledger keeps it, with the status deleted, and its reference stays taken. A link with payments cannot be deleted at most gateways: close it instead.",
  permission: "delete",
  asksGateway: true,
  isDestructive: true,
  input: z.strictObject({ id: LINK_ID }),
  output: STOPPED,
  run: ({ id }, { ledger }) => stopped(ledger.delete(id as LinkId)),
});
