import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { limitBody } from "./guards.ts";

/** The answers to requests that reach no route, each in the provider's shape. */
export interface ErrorAnswers {
  /** The body is above 1 MiB. */
  readonly tooLarge: (context: Context) => Response;
  readonly notFound: (context: Context) => Response;
  /** Absent: a wrong method is answered like an unknown path. */
  readonly wrongMethod?: (context: Context, allowed: readonly string[]) => Response;
  /** A defect of the sandbox itself. */
  readonly crashed: (context: Context) => Response;
}

/** An app without routes that answers errors in the provider's shape. */
export const createProviderApp = (answers: ErrorAnswers): Hono => {
  const app = new Hono();
  const { wrongMethod } = answers;
  if (wrongMethod !== undefined) app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }));
  app.use(limitBody(answers.tooLarge));
  app.notFound(answers.notFound);
  app.onError((error, context) => (error instanceof HTTPException ? error.getResponse() : answers.crashed(context)));
  return app;
};
