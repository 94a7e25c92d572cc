// For workerd: the input is the body of a request.

import { runCases } from "./cases.ts";
import type { Input } from "./input.ts";

export default {
  fetch: async (request: Request): Promise<Response> => {
    try {
      return Response.json(await runCases((await request.json()) as Input));
    } catch (error) {
      return new Response(String((error as Error)?.stack ?? error), { status: 500 });
    }
  },
};
