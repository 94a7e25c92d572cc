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

/** An app without routes that answers errors in the provider's shape and lets time pass before each request. */
export function createProviderApp(answers: ErrorAnswers, lapse: () => Promise<void>): Hono {
  const app = new Hono();
  const { wrongMethod } = answers;
  if (wrongMethod !== undefined) app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }));
  app.use(limitBody(answers.tooLarge));
  app.use(async (_context, next) => {
    // State changes at once; whoever reads need not wait for the merchant to answer the webhooks.
    void lapse();
    await next();
  });
  app.notFound(answers.notFound);
  app.onError((error, context) => (error instanceof HTTPException ? error.getResponse() : answers.crashed(context)));
  return app;
}
