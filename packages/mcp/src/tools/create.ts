import * as z from "zod";
import { EXISTING, noticeOf } from "../results/existing-link.ts";
import { faultOf } from "../results/failure.ts";
import { LINK, linkView } from "../schemas/link.ts";
import { ENFORCE_EXPIRY, REQUEST } from "../schemas/request.ts";
import { type Tool, tool } from "../tool.ts";

export const CREATE_LINK: Tool = tool({
  name: "create_link",
  title: "Create a payment link",
  description:
    "Creates a payment link, once. The reference is the only key: the same reference with the same request returns the same link, after time-outs, restarts and at the same time from several agents. Times are not compared. The gateway is not compared either: notice reports if the link is at another one, or has ended. Another request with the same reference is duplicate_reference, with both shown. If the outcome is unknown, call again with the same arguments: it finds out, and makes no second link. Share link.url with the payer. A link is not a payment.",
  permission: "create",
  asksGateway: true,
  input: REQUEST.extend({ enforceExpiry: ENFORCE_EXPIRY }),
  output: z.object({ link: LINK, ...EXISTING }),
  // It is not cancelled with the call: what was begun is finished, and found by the next call.
  run: ({ enforceExpiry, ...request }, { ledger }) =>
    ledger
      .create(request, { enforceExpiry })
      .map((link) => ({ link: linkView(link), ...noticeOf(ledger.links, link, request.gateway) }))
      .mapErr((error) => {
        const { customer: _, ...requested } = request;
        return faultOf(error, { isChange: true, requested });
      }),
});
