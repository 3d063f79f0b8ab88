import clsx from "clsx";
import { X } from "lucide-react";
import { useId, useLayoutEffect, useRef, type MouseEvent, type ReactNode } from "react";
import { Button } from "./button";

interface DialogProps {
  title: ReactNode;
  description?: ReactNode;
  onClose: () => void;
  /** modal: in the middle. sheet: from the right edge, over the list that it belongs to. */
  kind?: "modal" | "sheet";
  wide?: boolean;
  children: ReactNode;
}

const KINDS = {
  modal: "modal m-auto max-h-[calc(100dvh-2rem)] w-[min(100vw-2rem,30rem)] rounded-xl border",
  sheet: "sheet mr-0 ml-auto h-dvh max-h-none w-[min(100vw,46rem)] max-w-none border-l",
};

/**
 * The platform's own dialog: it holds the focus, makes the page behind inert and closes on Escape without a style
 * element, which our content security policy would refuse. Mount it to open it.
 */
export function Dialog({ title, description, onClose, kind = "modal", wide, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  // Closed before it leaves the document: only then the browser gives the focus back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);

  const closeOnScrim = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose();
  };

  return (
    // A click on the scrim is a convenience for the pointer; Escape and the close button do the same.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      className={clsx(
        "bg-card p-0 shadow-float",
        KINDS[kind],
        wide && kind === "modal" && "w-[min(100vw-2rem,44rem)]!",
      )}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={closeOnScrim}
    >
      <div className={clsx("flex flex-col", kind === "sheet" ? "h-full" : "max-h-[calc(100dvh-2rem)]")}>
        <header className="flex items-start gap-3 border-b px-5 py-4">
          <div className="min-w-0 flex-1">
            <h2 id={`${id}-title`} className="text-lg font-semibold break-words">
              {title}
            </h2>
            {description && (
              <p id={`${id}-description`} className="mt-0.5 text-sm text-mut">
                {description}
              </p>
            )}
          </div>
          <Button variant="ghost" size="icon" aria-label="Close" onClick={onClose} className="-mt-1 -mr-2">
            <X aria-hidden className="size-4" />
          </Button>
        </header>
        {/* Focusable, so that the keyboard can scroll what is long. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <div className="min-h-0 flex-1 overflow-y-auto p-5" tabIndex={0} role="region" aria-labelledby={`${id}-title`}>
          {children}
        </div>
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: ReactNode;
  action: string;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ title, text, action, busy, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="text-mut">{text}</div>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
