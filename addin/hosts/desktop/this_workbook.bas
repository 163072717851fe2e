Option Explicit
' What the functions need besides xlwings. Cells cannot call what stands in the workbook's own module.

Private isAskingPython As Boolean

Private Sub Workbook_Open()
    DescribeWhenReady
End Sub

' Excel takes no texts of functions while no workbook is open, as when it shows its start screen.
Public Sub DescribeWhenReady()
    If ActiveWorkbook Is Nothing Then
        Application.OnTime Now + TimeSerial(0, 0, 2), "'" & Me.Name & "'!ThisWorkbook.DescribeWhenReady"
    Else
        DescribeFunctions
    End If
End Sub

' The texts of a function in the function wizard.
Public Sub Describe(ByVal name As String, ByVal text As String, ByVal arguments As Variant)
    On Error Resume Next ' only help: the function works without
    Application.MacroOptions Macro:="'" & Me.Name & "'!" & name, Description:=text, Category:="BITark", _
        ArgumentDescriptions:=arguments
End Sub

' Python's side of the functions, started if need be.
Public Function PythonServer() As Object
    Dim number As Long, description As String
    isAskingPython = True
    On Error Resume Next
    Set PythonServer = XLPy
    number = Err.Number
    description = Err.Description
    On Error GoTo 0
    isAskingPython = False
    If number <> 0 Then Err.Raise number, "BITark", description
End Function

' True where a formula calls a procedure of xlwings by its name: =RunPython(...) in a stranger's workbook does nothing.
Public Function IsCalledByFormula() As Boolean
    IsCalledByFormula = TypeName(Application.Caller) = "Range" And Not isAskingPython
End Function

' What a cell shows of an error: the message alone. xlwings hands a traceback over with its last line first.
Public Function Told(ByVal description As String) As String
    Dim lines As Variant, place As Long
    If InStr(description, vbLf) = 0 Then
        Told = "BITark kan ikke bruge Python. Kør bitark-addin status. (" & description & ")"
        Exit Function
    End If
    lines = Filter(Split(Replace(description, vbCr, ""), vbLf), " ")
    Told = lines(IIf(Left$(description, 23) = "Unexpected Python Error", UBound(lines), 0))
    place = InStr(Told, ": ")
    If place > 0 And InStr(Told, " ") > place Then Told = Mid$(Told, place + 2)
End Function
