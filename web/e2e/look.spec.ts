import { address, expect, expectAccessible, expectNoSidewaysScroll, inside as test, open } from "./support";

const PAGES = [
  ["/", "Dashboard"],
  ["/campaigns", "Campaigns"],
  ["/oracle", "Oracle"],
  ["/curiosity", "Curiosity"],
  ["/connections", "Connections"],
  ["/data-health", "Data health"],
  ["/import", "Import"],
  ["/settings", "Settings"],
] as const;

for (const scheme of ["light", "dark"] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });
    for (const [path, heading] of PAGES) {
      test(`${heading} has no accessibility violations`, async ({ page, complaints }) => {
        await open(page, path, heading);
        await page.waitForLoadState("load");
        await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
        await expect(page.locator(".animate-pulse")).toHaveCount(0);
        await expectAccessible(page);
        expect(complaints).toEqual([]);
      });
    }
    test("a campaign's sheet and page have none", async ({ page, complaints }) => {
      await open(page, "/campaigns", "Campaigns");
      await page.locator("tbody button.font-medium").first().click();
      await expect(page.getByRole("dialog").getByRole("heading", { name: "Ads" })).toBeVisible();
      await page.waitForFunction(() =>
        document.getAnimations().every((animation) => animation.playState === "finished"),
      );
      await expectAccessible(page);
      await page.getByRole("link", { name: "Open as a page" }).click();
      await expect(page.getByRole("heading", { name: "Ads" })).toBeVisible();
      await expect(page.locator(".animate-pulse")).toHaveCount(0);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });
    test("the dialogs have none", async ({ page, complaints }) => {
      await open(page, "/connections", "Connections");
      await page.getByRole("button", { name: "Add connection" }).click();
      await expect(page.getByLabel("Access token")).toBeVisible();
      await page.waitForFunction(() =>
        document.getAnimations().every((animation) => animation.playState === "finished"),
      );
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });
    test("the login has none", async ({ page, context, complaints }) => {
      await context.clearCookies();
      await page.goto(address("/login"));
      await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });
  });
}

test("the chosen theme lasts and a reload does not flash", async ({ page, complaints }) => {
  await open(page, "/", "Dashboard");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(complaints).toEqual([]);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });
  for (const [path, heading] of PAGES) {
    test(`${heading} fits and is accessible`, async ({ page, complaints }) => {
      await open(page, path, heading);
      await expect(page.locator(".animate-pulse")).toHaveCount(0);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });
  }
  test("everything is reachable from the bar", async ({ page, complaints }) => {
    await open(page, "/", "Dashboard");
    await page.getByRole("link", { name: "Campaigns", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Campaigns" })).toBeVisible();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    expect(complaints).toEqual([]);
  });
});

test("the keyboard alone reaches the content", async ({ page, complaints }) => {
  await open(page, "/", "Dashboard");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
  expect(complaints).toEqual([]);
});
