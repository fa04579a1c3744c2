using NetIdGrains.Authority;

namespace NetIdGrains.AuthorityTests;

/// <summary>Which step is taken when, and A10-1: what was agreed to is the notice as it is, or everything begins again.</summary>
public sealed class ApplicationOrderTests
{
    private const string Now = "the notice of today";

    [Theory]
    [InlineData("agreed", "document", Refusal.None)]
    [InlineData("agreed", "cancel", Refusal.None)]
    [InlineData("agreed", "agree", Refusal.ApplicationStep)]
    [InlineData("agreed", "face", Refusal.ApplicationStep)]
    [InlineData("agreed", "complete", Refusal.ApplicationStep)]
    [InlineData("documented", "face", Refusal.None)]
    [InlineData("documented", "document", Refusal.ApplicationStep)]
    [InlineData("documented", "complete", Refusal.ApplicationStep)]
    [InlineData("compared", "complete", Refusal.None)]
    [InlineData("compared", "cancel", Refusal.None)]
    [InlineData("compared", "face", Refusal.ApplicationStep)]
    [InlineData("issuing", "complete", Refusal.None)]
    [InlineData("issuing", "cancel", Refusal.ApplicationStep)] // somebody may be enrolled by it
    public void Each_step_has_its_place(string stands, string command, Refusal refusal) =>
        Assert.Equal(refusal, ApplicationRules.CheckOrder(command, Standing(stands), needsFace: true, Now, DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("agreed", "document", Refusal.NoticeNotCurrent)]
    [InlineData("documented", "face", Refusal.NoticeNotCurrent)]
    [InlineData("compared", "complete", Refusal.NoticeNotCurrent)]
    [InlineData("compared", "agree", Refusal.None)]
    [InlineData("compared", "cancel", Refusal.None)]
    [InlineData("issuing", "complete", Refusal.None)]
    [InlineData("issuing", "agree", Refusal.ApplicationStep)]
    public void A10_1_A_changed_notice_is_agreed_to_anew_unless_it_is_too_late_for_that(string stands, string command, Refusal refusal) =>
        Assert.Equal(refusal, ApplicationRules.CheckOrder(command, Standing(stands), needsFace: true, "the notice of tomorrow", DateTimeOffset.UnixEpoch));

    [Fact]
    public void Without_a_face_to_show_the_document_leads_to_the_end()
    {
        Assert.Equal(ApplicationStep.Complete, ApplicationRules.Next(Standing("documented"), needsFace: false, DateTimeOffset.UnixEpoch));
        Assert.Equal(ApplicationStep.Face, ApplicationRules.Next(Standing("documented"), needsFace: true, DateTimeOffset.UnixEpoch));
    }

    private static ApplicationSecrets Standing(string stands)
    {
        var agreed = new ApplicationSecrets("key", Now, DateTimeOffset.UnixEpoch, "digest");
        var documented = agreed with { Document = new ApplicantDocument(new Identity("resident-id", "n", "n", default), "person", ByEvidence: true) };
        var compared = documented with { FaceMatched = DateTimeOffset.UnixEpoch };
        return stands switch
        {
            "agreed" => agreed,
            "documented" => documented,
            "compared" => compared,
            _ => compared with { Issuing = true },
        };
    }
}
