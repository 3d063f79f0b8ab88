import { CircleAlert, Copy } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, errorText } from "@/lib/api";
import { toast } from "@/lib/toast";
import { Button } from "./ui/button";

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  text: ReactNode;
  actions?: ReactNode;
}

export function Empty({ icon, title, text, actions }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed bg-card px-6 py-14 text-center">
      {icon && <span className="mb-1 grid size-11 place-items-center rounded-xl bg-fill text-accent">{icon}</span>}
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="max-w-110 text-mut">{text}</div>
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

function RequestId({ id }: { id: string }) {
  const copy = () =>
    navigator.clipboard
      .writeText(id)
      .then(() => toast("Request id copied.", "info"))
      .catch(() => toast("The browser did not allow copying.", "bad"));
  return (
    <span className="inline-flex items-center gap-1 text-sm text-mut">
      Request <code className="text-xs break-all">{id}</code>
      <Button
        variant="ghost"
        size="icon"
        className="size-7!"
        aria-label="Copy the request id"
        onClick={() => void copy()}
      >
        <Copy aria-hidden className="size-3.5" />
      </Button>
    </span>
  );
}

/** What failed, why, what to do, and the request id for whoever helps. */
export function ErrorState({ title, error, onRetry }: { title: string; error: unknown; onRetry?: () => void }) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div role="alert" className="flex flex-col items-center gap-2 rounded-lg border bg-card px-6 py-10 text-center">
      <CircleAlert aria-hidden className="size-6 text-bad" />
      <h2 className="font-semibold">{title}</h2>
      <p className="max-w-110 text-mut">{errorText(error)}</p>
      {requestId && <RequestId id={requestId} />}
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
