import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Brand } from "./brand";
import { ErrorState } from "./states";
import { buttonClass } from "./ui/button";

export function NotFoundPage() {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-2 p-4 text-center">
      <Brand large />
      <h1 className="mt-6 text-xl font-semibold">This page does not exist</h1>
      <p className="text-mut">The address may be old or mistyped.</p>
      <Link to="/" className={`mt-3 ${buttonClass("primary")}`}>
        Go to the dashboard
      </Link>
    </main>
  );
}

export function CrashPage({ error, reset }: ErrorComponentProps) {
  return (
    <main className="grid min-h-dvh place-content-center gap-6 p-4">
      <div className="flex justify-center">
        <Brand large />
      </div>
      <ErrorState title="This page could not be shown" error={error} onRetry={reset} />
    </main>
  );
}
