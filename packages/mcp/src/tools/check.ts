import * as z from "zod";
import { FAILURE, faultOf } from "../results/failure.ts";
import { ENFORCE_EXPIRY, REQUEST } from "../schemas/request.ts";
import { type Tool, tool } from "../tool.ts";

export const CHECK_LINK: Tool = tool({
  name: "check_link",
  title: "Check a request without sending it",
  description:
    "Reports for each gateway whether create_link would accept this request, which fields it would leave out, and why it would refuse. Sends nothing and stores nothing. Call it before create_link if you are not sure of a field.",
  input: REQUEST.extend({ enforceExpiry: ENFORCE_EXPIRY }),
  output: z.object({
    checks: z.array(
      z.strictObject({
        gateway: z.string(),
        accepted: z.boolean(),
        omitted: z.array(z.string()).optional().describe("The fields that would be left out."),
        warnings: z.array(z.strictObject({ code: z.string(), field: z.string(), message: z.string() })).optional(),
        error: z
          .looseObject(FAILURE.pick({ kind: true, message: true, hint: true }).shape)
          .optional()
          .describe("Why it would be refused."),
      }),
    ),
  }),
  run: ({ enforceExpiry, ...request }, { ledger: { links } }) =>
    links
      .check(request, { enforceExpiry })
      .map((checks) => ({
        checks: checks.map((check) =>
          check.accepted
            ? {
                gateway: check.gateway,
                accepted: true,
                omitted: [...check.omitted],
                warnings: check.warnings.map(({ code, field, message }) => ({ code, field, message })),
              }
            : { gateway: check.gateway, accepted: false, error: faultOf(check.error, { isChange: false }) },
        ),
      }))
      .mapErr((error) => faultOf(error, { isChange: false })),
});
