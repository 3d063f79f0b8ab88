import { expect, inside as test, open } from "./support";

test("changes the target and keeps it", async ({ page, complaints }) => {
  await open(page, "/settings", "Settings");
  const target = page.getByLabel(/Target ROAS/);
  const before = await target.inputValue();
  await target.fill("0");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText(/Enter a number above 0/)).toBeVisible();
  await target.fill("2.75");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Settings saved.")).toBeVisible();
  await page.reload();
  await expect(target).toHaveValue("2.75");
  await target.fill(before);
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Settings saved.")).toBeVisible();
  expect(complaints).toEqual([]);
});
