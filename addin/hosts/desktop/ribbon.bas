Attribute VB_Name = "BITarkRibbon"
Option Explicit
' The buttons of the tab BITark.

Private Const BITARK_VERSION As String = "0"
Private Const NO_WORKBOOK As String = "Åbn først en projektmappe, og slå redigering til."

' Every button but one: Python does it, to the active workbook.
Public Sub RunAction(control As IRibbonControl)
    Dim obstacle As String
    obstacle = Missing()
    If obstacle = "" Then
        RunPython "from addin.hosts.desktop import buttons; buttons.run('" & control.Tag & "')"
    Else
        MsgBox obstacle, vbExclamation, "BITark"
    End If
End Sub

Private Function Missing() As String
    Dim interpreter As String
    #If Mac Then
        interpreter = GetConfig("INTERPRETER_MAC")
    #Else
        interpreter = GetConfig("INTERPRETER_WIN")
        If Not FileExists(interpreter) Then interpreter = ""
    #End If
    If ActiveWorkbook Is Nothing Then
        Missing = NO_WORKBOOK
    ElseIf ActiveWorkbook.Name Like "*[$`%=|""\]*" Then
        ' The name goes through a shell on its way to Python.
        Missing = "Projektmappens navn må ikke indeholde $ ` % = | "" eller \. Gem den under et andet navn."
    ElseIf interpreter = "" Then
        Missing = "BITark " & BITARK_VERSION & " kan ikke finde Python. Kør bitark-addin install igen."
    End If
End Function

' Excel binds a function to an add-in when a formula is entered: #NAVN? goes away when it is entered again.
Public Sub ReenterFormulas(control As IRibbonControl)
    Dim sheet As Worksheet, calls As Collection, total As Long, leftOut As String, message As String
    Dim calculation As Long, updating As Boolean
    If ActiveWorkbook Is Nothing Then
        MsgBox NO_WORKBOOK, vbExclamation, "BITark"
        Exit Sub
    End If
    calculation = Application.Calculation
    updating = Application.ScreenUpdating
    On Error GoTo finish
    Application.Calculation = xlCalculationManual
    Application.ScreenUpdating = False
    For Each sheet In ActiveWorkbook.Worksheets
        Set calls = CallsOn(sheet)
        If calls.Count > 0 Then total = total + Reentered(sheet, calls, leftOut)
    Next
    Err.Clear
finish:
    If Err.Number <> 0 Then leftOut = leftOut & vbLf & Err.Description
    Application.ScreenUpdating = updating
    Application.Calculation = calculation
    message = "Formler med BIT-funktioner, der er indlæst igen: " & total & "."
    If leftOut <> "" Then message = message & vbLf & vbLf & "Det lykkedes ikke her:" & leftOut
    If calculation = xlCalculationManual Then message = message & vbLf & vbLf & "Tryk F9 for at beregne."
    MsgBox message, IIf(leftOut = "", vbInformation, vbExclamation), "BITark"
End Sub

' The cells whose own formula calls a BIT function. Find looks into protected sheets and hidden rows too.
Private Function CallsOn(ByVal sheet As Worksheet) As Collection
    Dim cell As Range, first As String, found As New Collection
    Set cell = sheet.Cells.Find(What:="BIT_", LookIn:=xlFormulas, LookAt:=xlPart)
    If Not cell Is Nothing Then
        first = cell.Address
        Do
            If NextCall(cell.Formula, 1) > 0 And HoldsFormula(cell) Then found.Add cell
            Set cell = sheet.Cells.FindNext(cell)
        Loop Until cell.Address = first
    End If
    Set CallsOn = found
End Function

' False for a text, and for a cell that shows a part of a table whose formula stands in another.
Private Function HoldsFormula(ByVal cell As Object) As Boolean
    HoldsFormula = cell.HasFormula
    If cell.HasArray Then HoldsFormula = (cell.Address = cell.CurrentArray.Cells(1).Address)
    On Error Resume Next ' Excel 2016 and 2019 do not spill
    If cell.HasSpill Then HoldsFormula = (cell.Address = cell.SpillParent.Address)
End Function

' How many were entered. A sheet protected without a password is protected again as it was.
Private Function Reentered(ByVal sheet As Worksheet, ByVal calls As Collection, ByRef leftOut As String) As Long
    Dim cell As Variant, isProtected As Boolean, allows As Variant
    isProtected = sheet.ProtectContents
    If isProtected Then
        With sheet.Protection
            allows = Array(sheet.ProtectDrawingObjects, sheet.ProtectScenarios, .AllowFormattingCells, _
                .AllowFormattingColumns, .AllowFormattingRows, .AllowInsertingColumns, .AllowInsertingRows, _
                .AllowInsertingHyperlinks, .AllowDeletingColumns, .AllowDeletingRows, .AllowSorting, _
                .AllowFiltering, .AllowUsingPivotTables)
        End With
    End If
    On Error Resume Next
    If isProtected Then sheet.Unprotect ""
    If sheet.ProtectContents Then
        leftOut = leftOut & vbLf & sheet.Name & " (beskyttet med adgangskode)"
        Exit Function
    End If
    For Each cell In calls
        Err.Clear
        Reenter cell
        If Err.Number = 0 Then
            Reentered = Reentered + 1
        Else
            leftOut = leftOut & vbLf & sheet.Name & " " & cell.Address(False, False)
        End If
    Next
    On Error GoTo 0
    If isProtected Then
        sheet.Protect DrawingObjects:=allows(0), Contents:=True, Scenarios:=allows(1), _
            AllowFormattingCells:=allows(2), AllowFormattingColumns:=allows(3), AllowFormattingRows:=allows(4), _
            AllowInsertingColumns:=allows(5), AllowInsertingRows:=allows(6), AllowInsertingHyperlinks:=allows(7), _
            AllowDeletingColumns:=allows(8), AllowDeletingRows:=allows(9), AllowSorting:=allows(10), _
            AllowFiltering:=allows(11), AllowUsingPivotTables:=allows(12)
    End If
End Function

Private Sub Reenter(ByVal cell As Object)
    If cell.HasArray Then
        cell.CurrentArray.FormulaArray = Unlinked(cell.FormulaArray)
        Exit Sub
    End If
    On Error GoTo noFormula2
    cell.Formula2 = Unlinked(cell.Formula2)
    Exit Sub
noFormula2:
    cell.Formula = Unlinked(cell.Formula)
End Sub

' The formula with plain names where it pointed at a file: 'C:\x\BITark.xlam'!BIT_X and [1]!BIT_X become BIT_X.
Private Function Unlinked(ByVal formula As String) As String
    Dim place As Long, start As Long
    place = NextCall(formula, 1)
    Do While place > 0
        If Mid$(formula, place - 1, 1) = "!" Then
            start = LinkStart(formula, place - 2)
            formula = Left$(formula, start - 1) & Mid$(formula, place)
            place = start
        End If
        place = NextCall(formula, place + 4)
    Loop
    Unlinked = formula
End Function

' Where the next call of a BIT function begins; a defined name such as bit_case_key is no call.
Private Function NextCall(ByVal formula As String, ByVal start As Long) As Long
    Dim after As Long
    NextCall = InStr(start, formula, "BIT_", vbTextCompare)
    Do While NextCall > 1
        after = NextCall + 4
        Do While Mid$(formula, after, 1) Like "[A-Za-z0-9_.]"
            after = after + 1
        Loop
        If Mid$(formula, after, 1) = "(" And Not Mid$(formula, NextCall - 1, 1) Like "[A-Za-z0-9_.]" Then Exit Function
        NextCall = InStr(after, formula, "BIT_", vbTextCompare)
    Loop
End Function

' Where the name of a file begins that ends at this place; a quotation mark in a quoted name is doubled.
Private Function LinkStart(ByVal formula As String, ByVal last As Long) As Long
    LinkStart = last
    If Mid$(formula, last, 1) = "'" Then
        Do
            LinkStart = InStrRev(formula, "'", LinkStart - 1)
            If Mid$(formula, LinkStart - 1, 1) <> "'" Then Exit Do
            LinkStart = LinkStart - 1
        Loop
    Else
        Do Until InStr("=(,;+-*/^&<>{@ ", Mid$(formula, LinkStart - 1, 1)) > 0
            LinkStart = LinkStart - 1
        Loop
    End If
End Function
