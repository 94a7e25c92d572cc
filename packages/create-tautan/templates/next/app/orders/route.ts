import { checkout } from "../../src/checkout.ts";

export const POST = async (request: Request): Promise<Response> => {
  const { url } = await checkout(new URL(request.url).searchParams.get("gateway") ?? undefined);
  return Response.redirect(url, 303);
};
