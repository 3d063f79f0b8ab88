import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { makeRouter } from "@/router";

const makeClient = () => new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });

/** The whole app at an address, as a user opens it. */
export function renderApp(address: string) {
  const client = makeClient();
  const router = makeRouter(client);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [address] }) });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { client, router };
}

/** A part that needs the queries but no address. */
export function renderPart(element: ReactElement) {
  return render(<QueryClientProvider client={makeClient()}>{element}</QueryClientProvider>);
}
