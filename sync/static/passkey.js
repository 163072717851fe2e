// Hands what the service asks to the browser, and its answer back by the form. Nothing else here needs a script.
const form = document.getElementById("passkey");
const asked = JSON.parse(form.dataset.options);
const answered = form.dataset.kind === "create"
  ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
  : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
answered.then((credential) => {
  document.getElementById("credential").value = JSON.stringify(credential);
  form.submit();
}).catch(() => {
  document.getElementById("passkey-failed").hidden = false;
});
