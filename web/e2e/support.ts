import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";

export const product = {
  url: () => process.env.OMNIFY_URL ?? "",
  email: () => process.env.OMNIFY_EMAIL ?? "",
  password: () => process.env.OMNIFY_PASSWORD ?? "",
};

export const address = (path: string) => new URL(path, product.url()).href;

export async function logIn(page: Page): Promise<void> {
  await page.goto(address("/login"));
  await page.getByLabel("E-mail").fill(product.email());
  await page.getByLabel("Password").fill(product.password());
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
}

interface Saved {
  cookies: Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>>;
}

let saved: Saved | null = null;

/**
 * `page` is logged in (once for the whole worker) and fails the test on anything that the browser complains about,
 * such as the content security policy.
 */
export const test = base.extend<{ complaints: string[] }>({
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // The browser reports each refused request; those are answers that the page shows.
      const expected = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !expected) complaints.push(message.text());
    });
    await use(complaints);
    expect(complaints).toEqual([]);
  },
});

/** For specs of the pages behind the login. */
export const inside = test.extend({
  page: async ({ page, context }, use) => {
    if (saved) {
      await context.addCookies(saved.cookies);
    } else {
      await logIn(page);
      saved = { cookies: await context.cookies() };
    }
    await use(page);
  },
});

export async function open(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(address(path));
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
}

export async function expectAccessible(page: Page): Promise<void> {
  const result = await new AxeBuilder({ page }).analyze();
  const found = result.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`).join("; ")}`,
  );
  expect(found).toEqual([]);
}

/** Nothing sticks out to the side. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
}

export { expect };
