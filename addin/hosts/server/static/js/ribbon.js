// The buttons of the tab: each runs the script of its own name.
function onButton(scriptName) {
  return async (event) => {
    const auth = await globalThis.getAuth();
    await xlwings.runPython({
      scriptName,
      auth: auth.token,
      headers: { "Auth-Provider": auth.provider },
    });
    event.completed();
  };
}

for (const scriptName of [
  "tjek_skema",
  "fyld_fra_moensterdag",
  "send_skema",
  "hent_sammenligning",
  "opdater_sammenligning",
]) {
  Office.actions.associate(scriptName, onButton(scriptName));
}
