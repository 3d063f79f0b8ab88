import type { FieldValues, Path, UseFormReturn } from "react-hook-form";
import { ApiError } from "@/lib/api";

/** "/credentials/access_token" → "credentials.access_token" */
export function pointerToPath(pointer: string): string {
  return pointer
    .split("/")
    .filter(Boolean)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

/** Shows the server's complaints beside the fields that the form has. True when every one found its field. */
export function applyProblem<T extends FieldValues>(form: UseFormReturn<T>, error: unknown): boolean {
  if (!(error instanceof ApiError) || error.fields.length === 0) return false;
  let all = true;
  for (const { pointer, detail } of error.fields) {
    const path = pointerToPath(pointer);
    if (path in form.getValues() || form.getValues(path as Path<T>) !== undefined) {
      form.setError(path as Path<T>, { type: "server", message: detail });
    } else {
      all = false;
    }
  }
  return all;
}
