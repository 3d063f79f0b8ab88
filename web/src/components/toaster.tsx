import clsx from "clsx";
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { dismissToast, toastStore, type Toast } from "@/lib/toast";

const ICONS = { good: CircleCheck, bad: CircleAlert, info: Info };
const TONES = { good: "text-good", bad: "text-bad", info: "text-accent" };

function ToastView({ toast }: { toast: Toast }) {
  const Icon = ICONS[toast.tone];
  return (
    <li className="pointer-events-auto flex items-start gap-2.5 rounded-lg border bg-card px-3 py-2.5 shadow-float">
      <Icon aria-hidden className={clsx("mt-0.5 size-4 shrink-0", TONES[toast.tone])} />
      <span className="min-w-0 flex-1 break-words">{toast.text}</span>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismissToast(toast.id)}
        className="text-mut hover:text-ink"
      >
        <X aria-hidden className="mt-0.5 size-4" />
      </button>
    </li>
  );
}

export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.snapshot);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-20 z-60 w-80 max-w-[calc(100vw-2rem)] md:bottom-4"
    >
      <ul className="grid gap-2">
        {toasts.map((toast) => (
          <ToastView key={toast.id} toast={toast} />
        ))}
      </ul>
    </div>
  );
}
