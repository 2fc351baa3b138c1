// A front end as better-auth-ui's guide has it: its views at /auth and /account, and nothing of
// ours beside the documented line of the hand-over. Where antesala is, its server says.
import { AccountView, AuthUIProvider, AuthView, SignedIn, SignedOut } from "@daveyplate/better-auth-ui";
import { createAuthClient } from "better-auth/react";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Toaster } from "sonner";

const settings = await (await fetch("/settings.json")).json();
const auth = createAuthClient({ baseURL: settings.api });

// README, "A front end on another site": before the page asks for its session.
const code = new URLSearchParams(location.search).get("hand_over");
if (code) await auth.$fetch("/hand-over", { method: "POST", body: { code } });

/** The address of the page, changed without loading it again. */
function usePath() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const changed = () => setPath(location.pathname);
    addEventListener("popstate", changed);
    return () => removeEventListener("popstate", changed);
  }, []);
  const go = (how) => (to) => {
    history[how](null, "", to);
    setPath(location.pathname);
  };
  return { path, navigate: go("pushState"), replace: go("replaceState") };
}

function Page({ path }) {
  const [, place, view] = path.split("/");
  if (place === "auth") return <AuthView path={view} />;
  if (place === "account") return <AccountView path={view} />;
  const { data } = auth.useSession();
  return (
    <main>
      <SignedIn>
        <p id="person">{data?.user.email}</p>
        <img id="picture" src={data?.user.image ?? "data:,"} alt="" />
      </SignedIn>
      <SignedOut>
        <p id="nobody">Nobody</p>
      </SignedOut>
    </main>
  );
}

function FrontEnd() {
  const { path, navigate, replace } = usePath();
  const Link = ({ href, className, children }) => (
    <a href={href} className={className} onClick={(event) => (event.preventDefault(), navigate(href))}>
      {children}
    </a>
  );
  return (
    <AuthUIProvider
      authClient={auth}
      navigate={navigate}
      replace={replace}
      Link={Link}
      avatar
      credentials={{ rememberMe: true }}
      deleteUser={settings.deleteNeedsMail ? { verification: true } : true}
      emailVerification
      signUp={{ fields: ["name", "image"] }}
      social={{ providers: ["gitlab"] }}
    >
      <Page key={path} path={path} />
      <Toaster duration={60_000} visibleToasts={9} />
    </AuthUIProvider>
  );
}

createRoot(document.getElementById("root")).render(<FrontEnd />);
