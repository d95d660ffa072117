from django.urls import URLPattern, path, re_path

from .asking import CancelInquiry, Inquiries, OneInquiry, ResumeInquiry
from .backtests import (
    Adjudicate,
    BackTestLines,
    BackTests,
    CancelBackTest,
    CompareBackTest,
    CsvOfBackTest,
    ExcelOfBackTest,
    OneBackTest,
)
from .bundles import NewBundle, OneBundle
from .decisions import Accept, Comments, Edit, Flag, Reject, Undo, Verify
from .documents import Documents, OneDocument, TextOfDocument
from .errors import unknown_address
from .exports import ExcelOfMatter, WordOfMatter
from .findings import Findings, OneFinding
from .kept import Budgets, KeptReadings, LetGoOfReading, PinReading, UnpinReading
from .learned import LearnedOfQuestion
from .matters import Matters, OneMatter, ReadMatter, TermsOfMatter
from .measures import DecideUse, Measures
from .questions import OneQuestion, Questions
from .readers import OneReader, ReaderOfMatter, Readers, TryReader
from .runs import CancelRun, OneRun, ResumeRun, RunEstimate, Runs
from .schema import Schema, docs
from .warnings import Judge, UndoJudgement, WarningsOfDocument

urlpatterns: list[URLPattern] = [
    path("matters/", Matters.as_view(), name="api-matters"),
    path("matters/<uuid:matter_id>/", OneMatter.as_view(), name="api-matter"),
    path("matters/<uuid:matter_id>/bundles/", NewBundle.as_view(), name="api-new-bundle"),
    path("matters/<uuid:matter_id>/terms/", TermsOfMatter.as_view(), name="api-terms"),
    path("matters/<uuid:matter_id>/read/", ReadMatter.as_view(), name="api-read"),
    path("matters/<uuid:matter_id>/export.xlsx", ExcelOfMatter.as_view(), name="api-export-xlsx"),
    path("matters/<uuid:matter_id>/export.docx", WordOfMatter.as_view(), name="api-export-docx"),
    path("bundles/<uuid:bundle_id>/", OneBundle.as_view(), name="api-bundle"),
    path("documents/", Documents.as_view(), name="api-documents"),
    path("documents/<uuid:document_id>/", OneDocument.as_view(), name="api-document"),
    path("documents/<uuid:document_id>/text/", TextOfDocument.as_view(), name="api-document-text"),
    path("documents/<uuid:document_id>/warnings/", WarningsOfDocument.as_view(), name="api-warnings"),
    path("warnings/<uuid:warning_id>/judge/", Judge.as_view(), name="api-judge-warning"),
    path("warnings/<uuid:warning_id>/undo/", UndoJudgement.as_view(), name="api-undo-warning"),
    path("questions/", Questions.as_view(), name="api-questions"),
    path("questions/<uuid:question_id>/", OneQuestion.as_view(), name="api-question"),
    path("questions/<uuid:question_id>/learned/", LearnedOfQuestion.as_view(), name="api-learned"),
    path("findings/", Findings.as_view(), name="api-findings"),
    path("findings/<uuid:finding_id>/", OneFinding.as_view(), name="api-finding"),
    path("findings/<uuid:finding_id>/accept/", Accept.as_view(), name="api-accept"),
    path("findings/<uuid:finding_id>/reject/", Reject.as_view(), name="api-reject"),
    path("findings/<uuid:finding_id>/edit/", Edit.as_view(), name="api-edit"),
    path("findings/<uuid:finding_id>/undo/", Undo.as_view(), name="api-undo"),
    path("findings/<uuid:finding_id>/verify/", Verify.as_view(), name="api-verify"),
    path("findings/<uuid:finding_id>/flag/", Flag.as_view(), name="api-flag"),
    path("findings/<uuid:finding_id>/comments/", Comments.as_view(), name="api-comments"),
    path("matters/<uuid:matter_id>/backtests/", BackTests.as_view(), name="api-backtests"),
    path("backtests/<uuid:backtest_id>/", OneBackTest.as_view(), name="api-backtest"),
    path("backtests/<uuid:backtest_id>/compare/", CompareBackTest.as_view(), name="api-compare-backtest"),
    path("backtests/<uuid:backtest_id>/cancel/", CancelBackTest.as_view(), name="api-cancel-backtest"),
    path("backtests/<uuid:backtest_id>/lines/", BackTestLines.as_view(), name="api-backtest-lines"),
    path("backtests/<uuid:backtest_id>/result.xlsx", ExcelOfBackTest.as_view(), name="api-backtest-xlsx"),
    path("backtests/<uuid:backtest_id>/result.csv", CsvOfBackTest.as_view(), name="api-backtest-csv"),
    path("comparisons/<uuid:comparison_id>/rule/", Adjudicate.as_view(), name="api-rule"),
    path("measures/", Measures.as_view(), name="api-measures"),
    path("measures/<slug:question>/decide/", DecideUse.as_view(), name="api-decide-use"),
    path("readers/", Readers.as_view(), name="api-readers"),
    path("readers/<uuid:profile_id>/", OneReader.as_view(), name="api-reader"),
    path("readers/<uuid:server_id>/try/", TryReader.as_view(), name="api-try-reader"),
    path("matters/<uuid:matter_id>/reader/", ReaderOfMatter.as_view(), name="api-matter-reader"),
    path("matters/<uuid:matter_id>/runs/", Runs.as_view(), name="api-runs"),
    path("matters/<uuid:matter_id>/runs/estimate/", RunEstimate.as_view(), name="api-run-estimate"),
    path("runs/<uuid:run_id>/", OneRun.as_view(), name="api-run"),
    path("runs/<uuid:run_id>/cancel/", CancelRun.as_view(), name="api-cancel-run"),
    path("runs/<uuid:run_id>/resume/", ResumeRun.as_view(), name="api-resume-run"),
    path("matters/<uuid:matter_id>/kept/", KeptReadings.as_view(), name="api-kept"),
    path("kept/<uuid:reading_id>/pin/", PinReading.as_view(), name="api-pin-reading"),
    path("kept/<uuid:reading_id>/unpin/", UnpinReading.as_view(), name="api-unpin-reading"),
    path("kept/<uuid:reading_id>/let-go/", LetGoOfReading.as_view(), name="api-let-go-reading"),
    path("readers/budget/", Budgets.as_view(), name="api-reading-budget"),
    path("matters/<uuid:matter_id>/asked/", Inquiries.as_view(), name="api-asked"),
    path("asked/<uuid:inquiry_id>/", OneInquiry.as_view(), name="api-inquiry"),
    path("asked/<uuid:inquiry_id>/cancel/", CancelInquiry.as_view(), name="api-cancel-inquiry"),
    path("asked/<uuid:inquiry_id>/resume/", ResumeInquiry.as_view(), name="api-resume-inquiry"),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    # The slash keeps Django's redirect alive for addresses that lack theirs.
    re_path(r"^.*/$", unknown_address, name="api-unknown"),
]
