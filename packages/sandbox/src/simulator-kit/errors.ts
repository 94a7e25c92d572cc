import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorAnswers } from "../http/provider-app.ts";
import type { ProviderDefinition } from "../provider.ts";

/** Every error of a provider, in its shape. */
export interface Errors {
  readonly refuse: (context: Context, status: ContentfulStatusCode, message: string) => Response;
  /** For calls that reach no route. */
  readonly answers: ErrorAnswers;
}

/** The provider's responses to calls without a route. */
interface ErrorMessages {
  readonly tooLarge: string;
  readonly notFound: string | ((context: Context) => string);
  /** Absent: a wrong method is an unknown path. */
  readonly wrongMethod?: (context: Context, allowed: readonly string[]) => string;
  readonly crashed: string;
}

/** All errors of a provider from its one envelope, which its definition has as `errorBody`. */
export const createErrors = (envelope: ProviderDefinition["errorBody"], messages: ErrorMessages): Errors => {
  const refuse: Errors["refuse"] = (context, status, message) => {
    const { contentType, body } = envelope(context.req.path, status, message);
    return context.body(JSON.stringify(body), status, { "Content-Type": contentType });
  };
  const { tooLarge, notFound, wrongMethod, crashed } = messages;
  return {
    refuse,
    answers: {
      tooLarge: (context) => refuse(context, 413, tooLarge),
      notFound: (context) => refuse(context, 404, typeof notFound === "string" ? notFound : notFound(context)),
      ...(wrongMethod !== undefined && {
        wrongMethod: (context: Context, allowed: readonly string[]) =>
          refuse(context, 405, wrongMethod(context, allowed)),
      }),
      crashed: (context) => refuse(context, 500, crashed),
    },
  };
};
