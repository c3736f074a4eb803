// The pane beside the sheet: takes the access token and says whether the server accepts it.
"use strict";

Office.onReady(() => {
  const field = document.getElementById("token");
  const button = document.getElementById("save");
  const state = document.getElementById("state");

  button.addEventListener("click", async () => {
    button.disabled = true;
    state.textContent = "Asking the server…";
    try {
      await computefi.useToken(field.value.trim());
      field.value = "";
      state.textContent = "The server accepts the token. The sheet is being recalculated.";
      // Cells that failed for want of a token would otherwise keep their error.
      await Excel.run(async (context) => {
        context.workbook.application.calculate(Excel.CalculationType.full);
        await context.sync();
      });
    } catch (problem) {
      state.textContent = `It did not work: ${problem.message}`;
    }
    button.disabled = false;
  });
});
