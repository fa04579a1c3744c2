// The one-shot token between the checks and the signature of the X.509 form.
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

public sealed class PreparedX509Certificate
{
    private readonly Func<byte[], X509Certificate2> build;
    private readonly OneShot once = new();

    internal PreparedX509Certificate(byte[] toBeSigned, IVerificationKey issuerKey, Func<byte[], X509Certificate2> build) =>
        (ToBeSigned, IssuerKey, this.build) = (toBeSigned, issuerKey, build);

    internal byte[] ToBeSigned { get; }

    internal IVerificationKey IssuerKey { get; }

    public override string ToString() => "sealed";

    internal X509Certificate2 Build(byte[] signature) => build(signature);

    internal void Redeem() => once.Redeem();
}
