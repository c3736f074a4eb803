"""The engine's copy of a workbook: its CFI calls cut out, and what the engine gets wrong written anew.

=CFI_LTV(A1,A2)*2   →   ='cfi results'!A1*2 in the copy, and in the plan a call that reads A1 and A2
"""
