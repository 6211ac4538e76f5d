import { STREAMS } from '@slipway/kernel';
import { runService } from '@slipway/service-kit';
import { AdmissionConfig } from './admission.config.js';
import { AdmissionModule } from './admission.module.js';

void runService({
  name: 'admission',
  module: AdmissionModule,
  config: AdmissionConfig,
  owns: STREAMS.admission,
});
