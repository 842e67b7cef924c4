// Comes in with a passkey, or makes one (WebAuthn). Without this script, or in a browser that has no passkeys, the form stays hidden
// and people come in by mail.
//
//   <p data-passkey-without>…</p> is shown to who has none of it
//   <form method="post" data-passkey="get" or "create" data-passkey-challenge="/…/challenge" hidden>
//     <input type="hidden" name="credential"> takes the answer
//     <p role="status" data-passkey-status hidden></p> says what [data-passkey-waiting, -stopped, -known, -failed] hold

const able = isSecureContext && "credentials" in navigator && "PublicKeyCredential" in window;

if (able) {
  for (const form of document.querySelectorAll("form[data-passkey]")) watch(form);
  for (const words of document.querySelectorAll("[data-passkey-without]")) words.hidden = true;
}

function watch(form) {
  let busy = false;
  const say = (what) => {
    const words = form.querySelector(`[data-passkey-${what}]`);
    const status = form.querySelector("[data-passkey-status]");
    status.hidden = false;
    status.textContent = words ? words.textContent : "";
  };
  const rest = () => {
    busy = false;
    form.removeAttribute("aria-busy");
  };

  form.hidden = false;
  addEventListener("pageshow", rest); // the page comes back from the browser's own cache
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    say("waiting");
    try {
      form.elements.credential.value = JSON.stringify(await answer(form.dataset));
    } catch (error) {
      say(reason(error));
      rest();
      return;
    }
    form.submit();
  });
}

// reason tells who changed their mind, or let the time pass, from what went wrong (WebAuthn 5.1.3 and 5.1.4).
function reason(error) {
  if (error?.name === "NotAllowedError" || error?.name === "AbortError") return "stopped";
  if (error?.name === "InvalidStateError") return "known";
  return "failed";
}

async function answer(data) {
  const response = await fetch(data.passkeyChallenge, { method: "POST", headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.status);
  const { publicKey } = await response.json();
  publicKey.challenge = bytes(publicKey.challenge);
  if (data.passkey === "get") return toJSON(await navigator.credentials.get({ publicKey }));
  publicKey.user.id = bytes(publicKey.user.id);
  publicKey.excludeCredentials = (publicKey.excludeCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) }));
  return toJSON(await navigator.credentials.create({ publicKey }));
}

// toJSON is PublicKeyCredential.toJSON, which browsers before 2025 lack. Extensions are left out: none is asked for.
function toJSON(credential) {
  const { response } = credential;
  const json = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    json.attestationObject = text(response.attestationObject);
    json.transports = response.getTransports?.() ?? [];
  } else {
    json.authenticatorData = text(response.authenticatorData);
    json.signature = text(response.signature);
    if (response.userHandle) json.userHandle = text(response.userHandle);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {}, response: json };
}

// bytes and text turn base64url (RFC 4648 5) into bytes and back.
function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
